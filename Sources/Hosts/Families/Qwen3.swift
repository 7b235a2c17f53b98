import Transformer

/// Qwen3 (Yang et al. 2025): Llama with norms of each head of q and k, and heads whose width is not that of the stream.
enum Qwen3: Family {
  static let modelType = "qwen3"
  private static let usual = UsualValues(keyValueHeadCount: 32, headSize: 128, contextLength: 32_768)

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let rotary = try RotaryDocument(root, sizes).rotary()
    let function = try document.activation("hidden_act", usual: .silu)
    let bias = try root.flag("attention_bias") ?? false
    let first = try root.integer("max_window_layers") ?? 28
    let windows = try WindowDocument(root, sizes, rule: .switched, usual: 4096).windows { $0 >= first }
    return sizes.shape(
      sizes.embedding("embed_tokens"), sizes.readout(sizes.rmsNorm("norm")),
      kinds: (0..<sizes.layerCount).map { windows[$0] }
    ) { window in
      [
        sizes.rmsNorm("input_layernorm"),
        sizes.key("self_attn.k_proj", bias: bias),
        sizes.value("self_attn.v_proj", bias: bias),
        sizes.query("self_attn.q_proj", bias: bias),
        sizes.headNorm("self_attn.q_norm", .query),
        sizes.headNorm("self_attn.k_norm", .key),
      ] + sizes.rotations(rotary) + [
        sizes.attention(window: window),
        sizes.output("self_attn.o_proj", bias: bias),
        sizes.rmsNorm("post_attention_layernorm"),
        sizes.gate("mlp.gate_proj"),
        sizes.up("mlp.up_proj"),
        sizes.gated(function),
        sizes.down("mlp.down_proj"),
      ]
    }
  }
}
