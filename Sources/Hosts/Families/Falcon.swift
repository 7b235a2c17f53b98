import Transformer

/// Falcon (Almazrouei et al. 2023): rotary positions, a head of keys for all queries or for each group of them, q, k
/// and v in one tensor, attention and the feed-forward layer side by side in most sizes.
enum Falcon: Family {
  static let modelType = "falcon"

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let isGrouped = try root.flag("new_decoder_architecture") ?? false
    let sizes = try sizes(document, isGrouped: isGrouped, hasOneKey: root.flag("multi_query") ?? true)
    let isParallel = try root.flag("parallel_attn") ?? true
    let norms = try norms(root, isGrouped: isGrouped, isParallel: isParallel)
    let rotary = try RotaryDocument(root, sizes).rotary()
    let function = try document.activation("activation", usual: .gelu)
    let bias = try root.flag("bias") ?? false
    let fused = "self_attention.query_key_value"
    let output = sizes.output("self_attention.dense", bias: bias)
    return sizes.shape(
      sizes.embedding("word_embeddings"), sizes.readout(sizes.layerNorm("ln_f")), layers: "h", prefix: "transformer."
    ) {
      [
        sizes.layerNorm(norms.attention),
        sizes.key(fused, bias: bias, storage: sizes.byGroup(.key)),
        sizes.value(fused, bias: bias, storage: sizes.byGroup(.value)),
        sizes.query(fused, bias: bias, storage: sizes.byGroup(.query)),
      ] + sizes.rotations(rotary) + [sizes.attention()] + (isParallel ? [] : [output])
        + (norms.feedForward.map { [sizes.layerNorm($0)] } ?? []) + [
          sizes.up("mlp.dense_h_to_4h", bias: bias),
          sizes.activation(function),
        ] + (isParallel ? [output] : []) + [sizes.down("mlp.dense_4h_to_h", .up, bias: bias)]
    }
  }

  /// The sizes, of which the number of heads of keys has three sources.
  private static func sizes(_ document: HostDocument, isGrouped: Bool, hasOneKey: Bool) throws -> DecoderSizes {
    let keys = SizeKeys(
      headCount: ["num_attention_heads", "n_head"], keyValueHeadCount: isGrouped ? ["num_kv_heads"] : [],
      headSize: [], hiddenSize: ["hidden_size", "n_embed"], intermediateSize: ["ffn_hidden_size"],
      normEpsilon: ["layer_norm_epsilon"])
    return try DecoderSizes(
      document, keys: keys,
      usual: UsualValues(
        keyValueHeadCount: !isGrouped && hasOneKey ? 1 : nil, expansion: 4, contextLength: 2048, beginToken: 11,
        endToken: 11, normEpsilon: 1e-5, hasTiedHead: true))
  }

  /// The norms before attention and before the feed-forward layer; nil for the latter where it reads what attention
  /// does.
  private static func norms(
    _ root: ConfigurationObject, isGrouped: Bool, isParallel: Bool
  ) throws -> (attention: String, feedForward: String?) {
    let count = try root.integer("num_ln_in_parallel_attn") ?? (isGrouped ? 2 : 1)
    switch (isGrouped, isParallel, count) {
    case (true, true, 2): return ("ln_attn", "ln_mlp")
    case (_, true, 1): return ("input_layernorm", nil)
    case (false, false, 1): return ("input_layernorm", "post_attention_layernorm")
    default:
      throw root.refusal(
        "new_decoder_architecture \(isGrouped), parallel_attn \(isParallel) and num_ln_in_parallel_attn \(count) "
          + "do not go together in models of this model_type; get the file again")
    }
  }
}
