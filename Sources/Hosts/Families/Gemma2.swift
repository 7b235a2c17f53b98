import Transformer

/// Gemma 2 (Gemma Team 2024): norms around each part with gains 1 + w, caps of scores and logits, a window in every
/// second layer.
enum Gemma2: Family {
  static let modelType = "gemma2"
  private static let usual = UsualValues(
    headSize: 256, contextLength: 8192, beginToken: 2, endToken: 1, hasTiedHead: true)

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let rotary = try RotaryDocument(root, sizes).rotary()
    let windows = try WindowDocument(root, sizes, rule: .patterned, usual: 4096).windows { $0 % 2 == 0 }
    let part = try GemmaPart(document, sizes)
    let cap = try root.cap("attn_logit_softcapping", usual: 50)
    return part.shape(
      logitCap: try root.cap("final_logit_softcapping", usual: 30), kinds: (0..<sizes.layerCount).map { windows[$0] }
    ) { window in
      part.products + sizes.rotations(rotary) + [sizes.attention(window: window, scale: part.scale, cap: cap)]
    }
  }
}

/// What Gemma 2 and 3 have in common: all but the way from queries and keys to what attention gives.
struct GemmaPart {
  let sizes: DecoderSizes
  /// The factor of scores.
  let scale: Float
  private let function: Activation.Function
  private let hasBias: Bool

  init(_ document: HostDocument, _ sizes: DecoderSizes) throws {
    self.sizes = sizes
    let scalar = try document.root.number("query_pre_attn_scalar") ?? 256
    guard scalar > 0, scalar.isFinite else {
      throw document.root.refusal("query_pre_attn_scalar is \(scalar); correct it or get the file again")
    }
    scale = Float(1 / scalar.squareRoot())
    // `hidden_act` of the first files is another word for the same and counts nowhere.
    function = try document.activation("hidden_activation", usual: .geluTanh)
    hasBias = try document.root.flag("attention_bias") ?? false
  }

  /// The keys, values and queries of the normed stream.
  var products: [any Step] {
    [
      norm("input_layernorm"),
      sizes.key("self_attn.k_proj", bias: hasBias),
      sizes.value("self_attn.v_proj", bias: hasBias),
      sizes.query("self_attn.q_proj", bias: hasBias),
    ]
  }

  /// The model, of which `attention` says the steps that are not common.
  func shape<Kind: Equatable>(logitCap: Float?, kinds: [Kind], attention: (Kind) -> [any Step]) -> HostShape {
    sizes.shape(
      sizes.embedding("embed_tokens", scale: Float(sizes.hiddenSize).squareRoot()),
      sizes.readout(norm("norm"), cap: logitCap), kinds: kinds
    ) { kind in
      attention(kind) + [
        sizes.output("self_attn.o_proj", into: .contribution, bias: hasBias),
        norm("post_attention_layernorm", .contribution, .contribution),
        sizes.addition,
        norm("pre_feedforward_layernorm"),
        sizes.gate("mlp.gate_proj"),
        sizes.up("mlp.up_proj"),
        sizes.gated(function),
        sizes.down("mlp.down_proj", into: .contribution),
        norm("post_feedforward_layernorm", .contribution, .contribution),
        sizes.addition,
      ]
    }
  }

  private func norm(_ name: String, _ input: Slot = .residual, _ output: Slot = .normed) -> Norm {
    sizes.rmsNorm(name, input, output, gain: .onePlusStored)
  }
}

extension ConfigurationObject {
  /// The cap of scores or logits: null says that there is none.
  func cap(_ key: String, usual: Float?) throws -> Float? {
    guard has(key) else { return usual }
    guard let cap = try number(key) else { return nil }
    guard cap > 0, cap.isFinite else { throw refusal("\(name(key)) is \(cap); write null where there is no cap") }
    return Float(cap)
  }
}
