import Transformer

/// Gemma 3 (Gemma Team 2025) for text, alone or inside of a model for images and text: Gemma 2 with norms of each head
/// of q and k in the place of the cap of scores, windows in all layers but every sixth, and other frequencies there.
enum Gemma3: Family {
  static let modelType = "gemma3_text"
  static let wrapperType: String? = "gemma3"
  private static let usual = UsualValues(
    headCount: 8, keyValueHeadCount: 4, headSize: 256, vocabularyCount: 262_208, contextLength: 131_072, beginToken: 2,
    endToken: 1, hasTiedHead: true)

  static func languageModel(in document: ConfigurationObject) throws -> ConfigurationObject {
    try document.object("text_config") ?? document
  }

  static func shape(_ document: HostDocument) throws -> HostShape {
    let root = document.root
    let sizes = try DecoderSizes(document, usual: usual)
    let pattern = try root.integer("sliding_window_pattern") ?? 6
    guard pattern > 0 else { throw root.refusal("sliding_window_pattern is \(pattern); correct it") }
    let windows = try WindowDocument(root, sizes, rule: .patterned, usual: 4096).windows { ($0 + 1) % pattern != 0 }
    let (global, local) = try rotaries(root, sizes)
    let part = try GemmaPart(document, sizes)
    let kinds = (0..<sizes.layerCount).map { layer in
      LayerKind(window: windows[layer], rotary: windows[layer] == nil ? global : local)
    }
    return part.shape(logitCap: try root.cap("final_logit_softcapping", usual: nil), kinds: kinds) { kind in
      part.products + [
        sizes.headNorm("self_attn.q_norm", .query, gain: .onePlusStored),
        sizes.headNorm("self_attn.k_norm", .key, gain: .onePlusStored),
      ] + sizes.rotations(kind.rotary) + [sizes.attention(window: kind.window, scale: part.scale)]
    }
  }

  /// The frequencies of layers without a window and of those with one. transformers 4 writes `rope_scaling` for the
  /// former alone, 5 a group for each.
  private static func rotaries(
    _ root: ConfigurationObject, _ sizes: DecoderSizes
  ) throws -> (global: HeadRotary, local: HeadRotary) {
    let groups = try root.object("rope_parameters")
    if let groups, !["full_attention", "sliding_attention"].contains(where: groups.has) {
      throw root.refusal(
        "rope_parameters has neither full_attention nor sliding_attention, of which models of this model_type have "
          + "one group of keys each; get the file again")
    }
    return (
      try RotaryDocument(
        root, group: root.object("rope_scaling") ?? groups?.object("full_attention"), sizes: sizes,
        usual: RotaryDocument.Usual(base: 1_000_000)
      ).rotary(),
      try RotaryDocument(
        root, group: groups?.object("sliding_attention"), sizes: sizes,
        usual: RotaryDocument.Usual(baseKey: "rope_local_base_freq")
      ).rotary()
    )
  }
}
