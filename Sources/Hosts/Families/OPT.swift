import Transformer

/// OPT (Zhang et al. 2022), and Galactica (Taylor et al. 2022): learned positions that are stored two rows late, norms
/// before each part or, in one size, behind each sum.
enum OPT: Family {
  static let modelType = "opt"
  private static let usual = UsualValues(
    contextLength: 2048, beginToken: 2, endToken: 2, normEpsilon: 1e-5, hasTiedHead: true)
  private static let keys = SizeKeys(
    keyValueHeadCount: [], headSize: [], intermediateSize: ["ffn_dim"], normEpsilon: [])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, keys: keys, usual: usual)
    if let width = try root.integer("word_embed_proj_dim"), width != sizes.hiddenSize {
      throw root.refusal(
        "word_embed_proj_dim is \(width) and hidden_size \(sizes.hiddenSize); embeddings of another width than the "
          + "stream are not supported, so take another size of this model")
    }
    let isBefore = try root.flag("do_layer_norm_before") ?? true
    let hasFinalNorm = try isBefore && !(root.flag("_remove_final_layer_norm") ?? false)
    let function = try document.activation("activation_function", usual: .relu)
    let bias = try root.flag("enable_bias") ?? true
    let hasGains = try root.flag("layer_norm_elementwise_affine") ?? true
    func norm(_ name: String, _ output: Slot = .normed, kind: Norm.Kind = .layer) -> Norm {
      let isWhole = hasGains && kind == .layer
      return Norm(
        name, .residual, output, width: sizes.hiddenSize, epsilon: sizes.normEpsilon, kind: kind,
        gain: isWhole ? .asStored : .none, hasBias: isWhole)
    }
    func before(_ name: String) -> [any Step] { isBefore ? [norm(name)] : [] }
    func behind(_ name: String) -> [any Step] { isBefore ? [] : [norm(name, .residual)] }
    let input = isBefore ? Slot.normed : .residual
    return sizes.shape(
      sizes.embedding(
        "embed_tokens", positions: PositionTable("embed_positions", rows: sizes.contextLength + 2, offset: 2)),
      sizes.readout(norm("final_layer_norm", kind: hasFinalNorm ? .layer : .identity)), prefix: "model.decoder."
    ) {
      before("self_attn_layer_norm") + [
        sizes.key("self_attn.k_proj", input, bias: bias),
        sizes.value("self_attn.v_proj", input, bias: bias),
        sizes.query("self_attn.q_proj", input, bias: bias),
        sizes.attention(),
        sizes.output("self_attn.out_proj", bias: bias),
      ] + behind("self_attn_layer_norm") + before("final_layer_norm") + [
        sizes.up("fc1", input, bias: bias),
        sizes.activation(function),
        sizes.down("fc2", .up, bias: bias),
      ] + behind("final_layer_norm")
    }
  }
}
