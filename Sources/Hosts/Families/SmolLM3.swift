import Transformer

/// SmolLM3 (Bakouch et al. 2025): Llama without rotation in every fourth layer.
enum SmolLM3: Family {
  static let modelType = "smollm3"
  private static let usual = UsualValues(
    keyValueHeadCount: 4, contextLength: 32_768, beginToken: 128_000, endToken: 128_001, hasTiedHead: true)

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let rotary = try RotaryDocument(root, sizes, RotaryDocument.Usual(base: 2_000_000)).rotary()
    let rotates = try rotatingLayers(root, sizes)
    let windows = try WindowDocument(root, sizes, rule: .switched).windows { !rotates[$0] }
    let function = try document.activation("hidden_act", usual: .silu)
    let bias = try root.flag("attention_bias") ?? false
    let innerBias = try root.flag("mlp_bias") ?? false
    let kinds = rotates.indices.map { LayerKind(window: windows[$0], rotary: rotates[$0] ? rotary : nil) }
    return sizes.shape(
      sizes.embedding("embed_tokens"), sizes.readout(sizes.rmsNorm("norm")), kinds: kinds
    ) { kind in
      [
        sizes.rmsNorm("input_layernorm"),
        sizes.key("self_attn.k_proj", bias: bias),
        sizes.value("self_attn.v_proj", bias: bias),
        sizes.query("self_attn.q_proj", bias: bias),
      ] + sizes.rotations(kind.rotary) + [
        sizes.attention(window: kind.window),
        sizes.output("self_attn.o_proj", bias: bias),
        sizes.rmsNorm("post_attention_layernorm"),
        sizes.gate("mlp.gate_proj", bias: innerBias),
        sizes.up("mlp.up_proj", bias: innerBias),
        sizes.gated(function),
        sizes.down("mlp.down_proj", bias: innerBias),
      ]
    }
  }

  /// Whether each layer rotates: `no_rope_layers` has a 1 for those that do.
  private static func rotatingLayers(_ root: ConfigurationObject, _ sizes: DecoderSizes) throws -> [Bool] {
    let interval = try root.integer("no_rope_layer_interval") ?? 4
    guard interval > 0 else { throw root.refusal("no_rope_layer_interval is \(interval); correct it") }
    guard let listed = try root.integers("no_rope_layers") else {
      return (0..<sizes.layerCount).map { ($0 + 1) % interval != 0 }
    }
    guard listed.count >= sizes.layerCount else {
      throw root.refusal("no_rope_layers has \(listed.count) of \(sizes.layerCount) layers; get the file again, whole")
    }
    return listed.prefix(sizes.layerCount).map { $0 != 0 }
  }
}
