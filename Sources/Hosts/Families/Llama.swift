import Transformer

/// Llama (Touvron et al. 2023): a norm before each part, rotary positions, shared key heads, a gated feed-forward
/// layer.
enum Llama: LlamaLike {
  static let modelType = "llama"
  static let usual = UsualValues(contextLength: 2048, beginToken: 1, endToken: 2)

  static func windows(_ document: ConfigurationObject, _ sizes: DecoderSizes) throws -> LayerWindows {
    try WindowDocument(document, sizes, rule: .never).windows()
  }

  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool, feedForward: Bool) {
    let hasBias = try document.flag("attention_bias") ?? false
    return (hasBias, hasBias, try document.flag("mlp_bias") ?? false)
  }
}

/// A family whose blocks are those of Llama, and which differs in what its files may leave out, in windows and in
/// biases.
protocol LlamaLike: Family {
  static var usual: UsualValues { get }
  static func windows(_ document: ConfigurationObject, _ sizes: DecoderSizes) throws -> LayerWindows
  /// Whether q, k and v add a bias, whether o does, and whether the feed-forward layer does.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool, feedForward: Bool)
}

extension LlamaLike {
  static func shape(_ document: HostDocument) throws -> HostShape { try GatedDecoder(document, family: self).shape }
}

extension GatedDecoder {
  /// The model as a list of steps.
  public var shape: HostShape {
    sizes.shape(
      sizes.embedding("embed_tokens"), sizes.readout(sizes.rmsNorm("norm")),
      kinds: (0..<sizes.layerCount).map { windows[$0] }, block: block)
  }

  /// One block. Keys and values come first: in the last layer only they are computed for all rows.
  private func block(window: Int?) -> [any Step] {
    [
      sizes.rmsNorm("input_layernorm"),
      sizes.key("self_attn.k_proj", bias: inputBias),
      sizes.value("self_attn.v_proj", bias: inputBias),
      sizes.query("self_attn.q_proj", bias: inputBias),
    ] + sizes.rotations(HeadRotary(scaling: rotary, width: sizes.headSize), order: rowOrder) + [
      sizes.attention(window: window),
      sizes.output("self_attn.o_proj", bias: outputBias),
      sizes.rmsNorm("post_attention_layernorm"),
      sizes.gate("mlp.gate_proj", bias: feedForwardBias),
      sizes.up("mlp.up_proj", bias: feedForwardBias),
      sizes.gated(activation),
      sizes.down("mlp.down_proj", bias: feedForwardBias),
    ]
  }
}
