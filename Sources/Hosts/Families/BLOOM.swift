import Transformer

/// BLOOM (BigScience 2022): linear biases of scores in the place of positions (ALiBi, Press et al. 2022), a norm of the
/// embedding, q, k and v of a head one below the other.
enum BLOOM: Family {
  static let modelType = "bloom"
  private static let usual = UsualValues(
    expansion: 4, contextLength: 2048, beginToken: 1, endToken: 2, normEpsilon: 1e-5, hasTiedHead: true)
  private static let keys = SizeKeys(
    layerCount: ["n_layer", "num_hidden_layers"], headCount: ["n_head", "num_attention_heads"],
    keyValueHeadCount: [], headSize: [], hiddenSize: ["hidden_size", "n_embed"], intermediateSize: [],
    contextLength: ["seq_length"], normEpsilon: ["layer_norm_epsilon"])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, keys: keys, usual: usual)
    // The training program wrote it; biases are the same up to a constant of each row of scores.
    root.passOver("offset_alibi")
    // Each part is added to what it reads: to the normed stream where the file says so.
    let isNormed = try root.flag("apply_residual_connection_post_layernorm") ?? false
    let input = isNormed ? Slot.residual : .normed
    let fused = "self_attention.query_key_value"
    return sizes.shape(
      sizes.embedding(
        "word_embeddings", norm: sizes.layerNorm("word_embeddings_layernorm", .residual, .residual)),
      sizes.readout(sizes.layerNorm("ln_f")), layers: "h", prefix: "transformer."
    ) {
      [
        sizes.layerNorm("input_layernorm", .residual, input),
        sizes.key(fused, input, bias: true, storage: sizes.byGroup(.key)),
        sizes.value(fused, input, bias: true, storage: sizes.byGroup(.value)),
        sizes.query(fused, input, bias: true, storage: sizes.byGroup(.query)),
        sizes.attention(slopes: Attention.slopes(headCount: sizes.headCount)),
        sizes.output("self_attention.dense", bias: true),
        sizes.layerNorm("post_attention_layernorm", .residual, input),
        sizes.up("mlp.dense_h_to_4h", input, bias: true),
        sizes.activation(.geluTanh),
        sizes.down("mlp.dense_4h_to_h", .up, bias: true),
      ]
    }
  }
}
