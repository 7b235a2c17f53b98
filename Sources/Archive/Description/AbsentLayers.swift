/// The layers of a model of which a screen has no region.
public struct AbsentLayers: Equatable, Sendable {
  /// Layers of the whole model.
  public let layerCount: Int
  /// Neighbours together, ascending.
  public let runs: [ClosedRange<Int>]

  /// `screened`, in any order, are those of which there is a region. Takes no room for layers that are absent, however
  /// many a damaged file claims.
  public init(screened: [Int], of layerCount: Int) {
    self.layerCount = layerCount
    var runs: [ClosedRange<Int>] = []
    var next = 0
    for layer in Set(screened).sorted() where layer >= next && layer < layerCount {
      if layer > next { runs.append(next...layer - 1) }
      next = layer + 1
    }
    if next < layerCount { runs.append(next...layerCount - 1) }
    self.runs = runs
  }

  /// The layers of a run as people write them: `0` or `2–31`.
  public static func words(_ run: ClosedRange<Int>) -> String {
    run.count == 1 ? "\(run.lowerBound)" : "\(run.lowerBound)–\(run.upperBound)"
  }

  /// Runs that are named one by one.
  private static let runLimit = 12

  /// A whole sentence; nil where no layer is absent.
  public var sentence: String? {
    guard let last = runs.last else { return nil }
    let count = runs.reduce(0) { $0 + $1.count }
    guard runs.count <= AbsentLayers.runLimit else { return "\(count) of \(layerCount) layers were not screened." }
    let before = runs.dropLast().map(AbsentLayers.words).joined(separator: ", ")
    let names = (before.isEmpty ? "" : before + " and ") + AbsentLayers.words(last)
    return "\(count == 1 ? "Layer" : "Layers") \(names) of \(layerCount) \(count == 1 ? "was" : "were") not screened."
  }
}
