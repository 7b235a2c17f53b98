import Archive

/// The layers of a model in the order in which figures show them: each that was screened for itself, and those between
/// together.
struct LayerRuns: Sendable {
  struct Run: Equatable, Sendable {
    let layers: ClosedRange<Int>
    let isScreened: Bool

    /// As in 3, and 4–31 for several that were not screened.
    var label: String { AbsentLayers.words(layers) }

    var name: String { (layers.count == 1 ? "layer " : "layers ") + label }
  }

  /// Runs of absent layers that have a place in figures; of more only the sentence tells.
  private static let absentLimit = 6

  let runs: [Run]
  /// The sentence that names layers that were not screened; empty where all were, or where the file does not tell how
  /// many there are.
  let sentence: String

  /// Layers of which there is a region, and how many the model has; nil where that is not known.
  init(screened: [Int], of layerCount: Int?) {
    let absent = layerCount.map { AbsentLayers(screened: screened, of: $0) }
    let shown = (absent?.runs ?? []).prefix { _ in (absent?.runs.count ?? 0) <= LayerRuns.absentLimit }
    let all =
      Set(screened).map { Run(layers: $0...$0, isScreened: true) } + shown.map { Run(layers: $0, isScreened: false) }
    runs = all.sorted { $0.layers.lowerBound < $1.layers.lowerBound }
    sentence = absent?.sentence ?? ""
  }
}
