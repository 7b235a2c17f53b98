import Transformer

/// GPT-NeoX and Pythia (Black et al. 2022; Biderman et al. 2023): attention and the feed-forward layer side by side, a
/// quarter of each head rotated, q, k and v of a head one below the other.
enum GPTNeoX: Family {
  static let modelType = "gpt_neox"
  private static let usual = UsualValues(contextLength: 2048, beginToken: 0, endToken: 2, normEpsilon: 1e-5)
  private static let keys = SizeKeys(keyValueHeadCount: [], headSize: [], normEpsilon: ["layer_norm_eps"])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, keys: keys, usual: usual)
    let rotary = try RotaryDocument(
      root, sizes,
      RotaryDocument.Usual(baseKey: "rotary_emb_base", partKey: "rotary_pct", part: 0.25, isPartial: true)
    ).rotary()
    let function = try document.activation("hidden_act", usual: .gelu)
    let bias = try root.flag("attention_bias") ?? true
    let isParallel = try root.flag("use_parallel_residual") ?? true
    let output = sizes.output("attention.dense", bias: bias)
    return sizes.shape(
      sizes.embedding("embed_in"), sizes.readout(sizes.layerNorm("final_layer_norm"), head: "embed_out"),
      prefix: "gpt_neox.",
      passedOver: ["attention.bias", "attention.masked_bias", "attention.rotary_emb.inv_freq"]
    ) {
      [
        sizes.layerNorm("input_layernorm"),
        sizes.key("attention.query_key_value", bias: bias, storage: sizes.byGroup(.key)),
        sizes.value("attention.query_key_value", bias: bias, storage: sizes.byGroup(.value)),
        sizes.query("attention.query_key_value", bias: bias, storage: sizes.byGroup(.query)),
      ] + sizes.rotations(rotary) + [sizes.attention()] + (isParallel ? [] : [output]) + [
        sizes.layerNorm("post_attention_layernorm"),
        sizes.up("mlp.dense_h_to_4h", bias: true),
        sizes.activation(function),
      ] + (isParallel ? [output] : []) + [sizes.down("mlp.dense_4h_to_h", .up, bias: true)]
    }
  }
}
