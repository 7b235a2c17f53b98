import Basics

/// The keys of `config.json` that say how far back a query sees: `sliding_window`, `use_sliding_window` and
/// `layer_types`.
struct WindowDocument {
  private static let full = "full_attention"
  private static let sliding = "sliding_attention"

  private let root: ConfigurationObject
  private let sizes: DecoderSizes
  private let rule: WindowRule
  /// The window where the file leaves it out.
  private let usual: Int?

  init(_ root: ConfigurationObject, _ sizes: DecoderSizes, rule: WindowRule, usual: Int? = nil) {
    self.root = root
    self.sizes = sizes
    self.rule = rule
    self.usual = usual
  }

  /// The windows of all layers. As in transformers, `layer_types` goes before `isSliding`, which says what a layer of
  /// the family usually is.
  func windows(where isSliding: (Int) throws -> Bool = { _ in true }) throws -> LayerWindows {
    let (length, listed) = (try declaredWindow(), try listedLayers())
    let isNeeded = listed?.contains(true) ?? (rule == .patterned)
    guard let length else {
      guard isNeeded else { return LayerWindows() }
      throw root.refusal("layers are of the kind \(Self.sliding) without a sliding_window; write it, or \(Self.full)")
    }
    guard length > 0 else { throw root.refusal("sliding_window is \(length); correct it or get the file again") }
    let layers = try listed ?? (0..<sizes.layerCount).map(isSliding)
    guard layers.contains(true) else { return LayerWindows() }
    return LayerWindows(length: length, fullLayers: Set(layers.indices.filter { !layers[$0] }))
  }

  // MARK: Parts

  /// Whether each layer has a window by `layer_types`; nil without that key.
  private func listedLayers() throws -> [Bool]? {
    guard let types = try root.texts("layer_types"), !types.isEmpty else { return nil }
    if let foreign = types.first(where: { ![Self.full, Self.sliding].contains($0) }) {
      throw root.refusal(
        "layer_types names \(foreign.quoted); only \(Self.full) and \(Self.sliding) are supported, so take another "
          + "model")
    }
    guard types.count == sizes.layerCount else {
      throw root.refusal("layer_types names \(types.count) layers of \(sizes.layerCount); get the file again, whole")
    }
    return types.map { $0 == Self.sliding }
  }

  /// What the keys say of layers that have a window; nil where none has.
  private func declaredWindow() throws -> Int? {
    let isOn = try root.flag("use_sliding_window") ?? (rule != .switched)
    let window = root.has("sliding_window") ? try root.integer("sliding_window") : usual
    if !isOn, [.always, .patterned].contains(rule), let window, window < sizes.contextLength {
      throw root.refusal(
        "use_sliding_window is false and sliding_window \(window), which models of this model_type use all the "
          + "same; write null for sliding_window, or remove use_sliding_window")
    }
    guard isOn else { return nil }
    guard rule == .never, let window, window < sizes.contextLength else { return window }
    throw root.refusal(
      "sliding_window is \(window), and models of this model_type have none; if it is a Mistral model, write mistral "
        + "there, and otherwise remove the key")
  }
}

/// How a family's own code reads the keys of windows.
enum WindowRule {
  /// No layer has one, whatever is written.
  case never
  /// Layers have one unless it is null.
  case always
  /// Layers have one where `use_sliding_window` switches it on.
  case switched
  /// Some layers have one, whose number may not be null.
  case patterned
}
