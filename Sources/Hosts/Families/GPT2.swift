import Transformer

/// GPT-2 (Radford et al. 2019): learned positions, norms with biases, biases everywhere, matrices stored `[in, out]`.
enum GPT2: Family {
  static let modelType = "gpt2"
  private static let usual = UsualValues(
    expansion: 4, contextLength: 1024, beginToken: 50_256, endToken: 50_256, normEpsilon: 1e-5, hasTiedHead: true)
  private static let keys = SizeKeys(
    layerCount: ["n_layer", "num_hidden_layers"], headCount: ["n_head", "num_attention_heads"],
    keyValueHeadCount: [], headSize: [], hiddenSize: ["n_embd", "hidden_size"], intermediateSize: ["n_inner"],
    contextLength: ["n_positions", "max_position_embeddings"], normEpsilon: ["layer_norm_epsilon"])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, keys: keys, usual: usual)
    let function = try document.activation("activation_function", usual: .geluTanh)
    let usualScale = try root.flag("scale_attn_weights") ?? true ? 1 / Double(sizes.headSize).squareRoot() : 1
    let isFalling = try root.flag("scale_attn_by_inverse_layer_idx") ?? false
    let width = sizes.hiddenSize
    func third(_ place: Int) -> Storage { .part(from: place * width, of: 3 * width, isTransposed: true) }
    return sizes.shape(
      sizes.embedding("wte", positions: PositionTable("wpe", rows: sizes.contextLength, offset: 0)),
      sizes.readout(sizes.layerNorm("ln_f")), layers: "h", prefix: "transformer.",
      passedOver: ["attn.bias", "attn.masked_bias"],
      kinds: (0..<sizes.layerCount).map { Float(usualScale / (isFalling ? Double($0 + 1) : 1)) }
    ) { scale in
      [
        sizes.layerNorm("ln_1"),
        sizes.key("attn.c_attn", bias: true, storage: third(1)),
        sizes.value("attn.c_attn", bias: true, storage: third(2)),
        sizes.query("attn.c_attn", bias: true, storage: third(0)),
        sizes.attention(scale: scale),
        sizes.output("attn.c_proj", bias: true, storage: .transposed),
        sizes.layerNorm("ln_2"),
        sizes.up("mlp.c_fc", bias: true, storage: .transposed),
        sizes.activation(function),
        sizes.down("mlp.c_proj", .up, bias: true, storage: .transposed),
      ]
    }
  }
}
