import Archive

/// The layers of a model in the order in which figures show them: each that was screened for itself, and those between
/// together.
public struct LayerRuns: Sendable {
  /// A layer that was screened, or consecutive layers that were not.
  public struct Run: Equatable, Sendable {
    /// The layers, both ends included.
    public let layers: ClosedRange<Int>
    /// Whether they were screened.
    public let isScreened: Bool

    /// The numbers in short: "3", or "4–31" for several that were not screened.
    public var label: String { AbsentLayers.words(layers) }

    /// The numbers with what they are: "layer 3".
    public var name: String { (layers.count == 1 ? "layer " : "layers ") + label }
  }

  /// Runs of absent layers that have a place in figures; more are only named in the sentence.
  private static let absentLimit = 6

  /// All runs in the order of the layers.
  public let runs: [Run]
  /// The sentence that says which layers were not screened; empty where all were, or where the file does not say how
  /// many there are.
  public let sentence: String

  /// Takes the layers of which there is a region, and how many the model has; nil where that is not known.
  public init(screened: [Int], of layerCount: Int?) {
    let absent = layerCount.map { AbsentLayers(screened: screened, of: $0) }
    let shown = (absent?.runs ?? []).prefix { _ in (absent?.runs.count ?? 0) <= LayerRuns.absentLimit }
    let all =
      Set(screened).map { Run(layers: $0...$0, isScreened: true) } + shown.map { Run(layers: $0, isScreened: false) }
    runs = all.sorted { $0.layers.lowerBound < $1.layers.lowerBound }
    sentence = absent?.sentence ?? ""
  }
}
