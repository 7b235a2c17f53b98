import Transformer

/// OLMo 2 (Walsh et al. 2025): Llama with norms behind attention and the feed-forward layer in the place of those
/// before, and norms of all queries at once and of all keys.
enum OLMo2: Family {
  static let modelType = "olmo2"
  private static let usual = UsualValues(contextLength: 2048, endToken: 50_279, normEpsilon: 1e-5)

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let rotary = try RotaryDocument(root, sizes).rotary()
    let function = try document.activation("hidden_act", usual: .silu)
    let bias = try root.flag("attention_bias") ?? false
    func norm(_ name: String, _ slot: Slot, width: Int) -> Norm {
      Norm(name, slot, slot, width: width, epsilon: sizes.normEpsilon)
    }
    return sizes.shape(sizes.embedding("embed_tokens"), sizes.readout(sizes.rmsNorm("norm"))) {
      [
        sizes.key("self_attn.k_proj", .residual, bias: bias),
        sizes.value("self_attn.v_proj", .residual, bias: bias),
        sizes.query("self_attn.q_proj", .residual, bias: bias),
        norm("self_attn.q_norm", .query, width: sizes.queryWidth),
        norm("self_attn.k_norm", .key, width: sizes.keyValueWidth),
      ] + sizes.rotations(rotary) + [
        sizes.attention(),
        sizes.output("self_attn.o_proj", into: .contribution, bias: bias),
        sizes.rmsNorm("post_attention_layernorm", .contribution, .contribution),
        sizes.addition,
        sizes.gate("mlp.gate_proj", .residual),
        sizes.up("mlp.up_proj", .residual),
        sizes.gated(function),
        sizes.down("mlp.down_proj", into: .contribution),
        sizes.rmsNorm("post_feedforward_layernorm", .contribution, .contribution),
        sizes.addition,
      ]
    }
  }
}
