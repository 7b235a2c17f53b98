/// The keys of `config.json` that say how far back a query sees: `sliding_window`, `use_sliding_window`,
/// `max_window_layers` and `layer_types`. One window for all layers is supported.
struct WindowDocument {
  private static let full = "full_attention"
  private static let sliding = "sliding_attention"

  let root: ConfigurationObject
  let rule: WindowRule
  let layerCount: Int
  let contextLength: Int

  init(_ root: ConfigurationObject, rule: WindowRule, layerCount: Int, contextLength: Int) {
    self.root = root
    self.rule = rule
    self.layerCount = layerCount
    self.contextLength = contextLength
  }

  /// The window of all layers, nil for none; refuses layers that differ. As in transformers, `layer_types` goes before
  /// the rest.
  func window() throws -> Int? {
    let window = try declaredWindow()
    let listed = Set(try root.texts("layer_types") ?? [])
    if let foreign = listed.subtracting([Self.full, Self.sliding]).min() {
      throw root.refusal(
        "layer_types names '\(foreign)'; only \(Self.full) and \(Self.sliding) are supported, so take another model")
    }
    guard let window else {
      guard !listed.contains(Self.sliding) else {
        throw root.refusal("layer_types names \(Self.sliding) without a sliding_window; write it, or \(Self.full)")
      }
      return nil
    }
    let types = listed.isEmpty ? try usualTypes() : listed
    // A window that no input can leave makes no difference.
    if types == [Self.full] { return nil }
    if types == [Self.sliding] || window >= contextLength { return window }
    throw root.refusal(
      "some layers see \(window) tokens and some everything (sliding_window with layer_types or max_window_layers); "
        + "only layers alike are supported, so take another model")
  }

  // MARK: Parts

  /// What the keys say of layers that have a window; nil where none has.
  private func declaredWindow() throws -> Int? {
    let isOn = try root.flag("use_sliding_window") ?? (rule != .switched)
    let window = root.has("sliding_window") ? try root.integer("sliding_window") : rule.usualWindow
    if !isOn, rule == .always, let window, window < contextLength {
      throw root.refusal(
        "use_sliding_window is false and sliding_window \(window), which models of this model_type use all the "
          + "same; write null for sliding_window, or remove use_sliding_window")
    }
    guard isOn else { return nil }
    guard rule == .never, let window, window < contextLength else { return window }
    throw root.refusal(
      "sliding_window is \(window), and models of this model_type have none; if it is a Mistral model, write mistral "
        + "there, and otherwise remove the key")
  }

  /// Qwen2's layers from `max_window_layers` on have windows; those of others all have one, if any.
  private func usualTypes() throws -> Set<String> {
    guard rule == .switched else { return [Self.sliding] }
    let first = try root.integer("max_window_layers") ?? 28
    return Set((first > 0 ? [Self.full] : []) + (first < layerCount ? [Self.sliding] : []))
  }
}

/// How a family's own code reads the keys of windows.
enum WindowRule {
  /// No layer has one, whatever is written.
  case never
  /// All layers have one unless it is null.
  case always
  /// Layers have one where `use_sliding_window` switches it on.
  case switched

  /// The window where the file leaves it out.
  var usualWindow: Int? { self == .never ? nil : 4096 }
}
