/// The keys of `config.json` that say how far back a query sees: `sliding_window`, `use_sliding_window`, `max_window_layers`
/// and `layer_types`. One window for all layers is supported.
struct WindowDocument {
  private static let full = "full_attention"
  private static let sliding = "sliding_attention"

  let root: ConfigurationObject
  let family: ModelFamily
  let layerCount: Int
  let contextLength: Int

  init(_ root: ConfigurationObject, family: ModelFamily, layerCount: Int, contextLength: Int) {
    self.root = root
    self.family = family
    self.layerCount = layerCount
    self.contextLength = contextLength
  }

  /// The window of all layers, nil for none; refuses layers that differ.
  func window() throws -> Int? {
    let window = try declaredWindow()
    let types = try layerTypes()
    if let foreign = types.first(where: { $0 != Self.full && $0 != Self.sliding }) {
      throw root.refusal(
        "layer_types names '\(foreign)'; only \(Self.full) and \(Self.sliding) are supported, so take another model")
    }
    // A window that no input can leave makes no difference.
    guard let window, window < contextLength else { return types.contains(Self.full) ? nil : window }
    switch Set(types) {
    case [Self.full]:
      guard family != .mistral else {
        throw root.refusal(
          "layer_types says that all layers see everything and sliding_window that they see \(window) tokens; remove what is "
            + "wrong")
      }
      return nil
    case [Self.sliding]: return window
    case []: return family == .llama ? try refuseForLlama(window) : window
    default:
      throw root.refusal(
        "some layers see \(window) tokens and some everything (sliding_window with layer_types or max_window_layers); only "
          + "layers alike are supported, so take another model")
    }
  }

  // MARK: Parts

  private func declaredWindow() throws -> Int? {
    if try root.flag("use_sliding_window") == false { return nil }
    if family == .qwen2, try root.flag("use_sliding_window") != true { return nil }
    return root.has("sliding_window") ? try root.integer("sliding_window") : family.slidingWindow
  }

  /// As the file lists them or as Qwen2 makes them: layers from `max_window_layers` on have windows. Empty where nothing is said.
  private func layerTypes() throws -> [String] {
    if let types = try root.texts("layer_types") { return types }
    guard family == .qwen2, layerCount > 0 else { return [] }
    let first = max(0, try root.integer("max_window_layers") ?? 28)
    return (first > 0 ? [Self.full] : []) + (first < layerCount ? [Self.sliding] : [])
  }

  private func refuseForLlama(_ window: Int) throws -> Int? {
    throw root.refusal(
      "sliding_window is \(window), and models of model_type llama have none; if it is a Mistral model, write mistral there, "
        + "and otherwise remove the key")
  }
}
