import Archive
import Drawing
import Geometry

/// The figures of a cloud and of groups of its points, the whole first.
struct GalaxyTable: Sendable {
  /// A figure of each group, beside what controls have: `[group, control]`.
  struct Controlled: Sendable {
    let name: String
    let title: String
    let nulls: NullColumns
  }

  struct Law: Sendable {
    /// Ranks, both included.
    let first: Double
    let last: Double
    let slope: Double
    let intercept: Double
    let error: Double
    let determination: Double
  }

  struct Entropy: Sendable {
    let points: Int
    let components: Int
    let difference: Double
    let bias: Double
    let deviation: Double
    let corrected: Double
    let perComponent: Double
    let z: Double
    /// The probability as the report writes it.
    let chance: String
  }

  /// Names of groups and of controls.
  let names: [String]
  let controls: [String]
  let dimensions: [Int]
  /// The slope first, then the effective dimension.
  let figures: [Controlled]
  /// The clustering entropy of the groups that have one.
  let entropies: [(name: String, entropy: Entropy)]
  private let laws: [Law]
  /// The power law of each window, `[group, window]`.
  private let windowLaws: [Law]
  private let rankCount: Int
  /// `[group, rank]`, and `[group, control, rank]`
  private let eigenvalues: [Double]
  private let expectations: [Double]
  private let controlled: [Double]
  private let lows: [Double]
  private let highs: [Double]

  private static let titles = [
    ("slope", "slope of the power law"), ("participation", "effective dimension, by participation"),
    ("entropy_dimension", "effective dimension, by entropy"),
    ("leading_share", "share of the first component"), ("share_beyond_edge", "share of eigenvalues beyond the edge"),
  ]

  init(_ group: GroupReader) throws {
    names = try group.labels("group")
    let controls = try group.labels("control")
    guard !controls.isEmpty else { throw group.missing("controls") }
    self.controls = controls
    rankCount = try group.length("rank")
    dimensions = try group.counts(Galaxies.Columns.dimensions, "group")
    figures = try GalaxyTable.titles.map { name, title in
      Controlled(name: name, title: title, nulls: try NullColumns(group, controlled: name, "group", "control"))
    }
    func laws(_ name: String, _ dimensions: [String]) throws -> [Law] {
      let columns = try ["first_rank", "last_rank", "slope", "intercept", "slope_error", "determination"].map {
        try group.numbers("\(name)_\($0)", over: dimensions)
      }
      return columns[0].indices.map { place in
        let values = columns.map { $0[place] }
        return Law(
          first: values[0], last: values[1], slope: values[2], intercept: values[3], error: values[4],
          determination: values[5])
      }
    }
    (self.laws, windowLaws) = (try laws("law", ["group"]), try laws("window", ["group", "window"]))
    eigenvalues = try group.numbers(Galaxies.Columns.eigenvalue, "group", "rank")
    expectations = try group.numbers(Galaxies.Columns.marchenkoPastur, "group", "rank")
    controlled = try group.numbers(Galaxies.Columns.controlEigenvalue, "group", "control", "rank")
    (lows, highs) = (
      try group.numbers(Galaxies.Columns.edgeLow, "group"), try group.numbers(Galaxies.Columns.edgeHigh, "group")
    )
    entropies = try GalaxyTable.entropies(group, names)
  }

  private static func entropies(_ group: GroupReader, _ names: [String]) throws -> [(String, Entropy)] {
    let points = try group.counts("clustering_points", "group")
    let components = try group.counts("clustering_components", "group")
    let columns = try [
      "difference", "bias", "bias_deviation", "corrected", "corrected_per_component", "z", "p_value",
    ].map { try group.numbers("clustering_\($0)", "group") }
    let draws = group.has("clustering_draws") ? try group.numbers("clustering_draws", "group") : nil
    return names.indices.filter { points[$0] > 0 }.map { place in
      let values = columns.map { $0[place] }
      return (
        names[place],
        Entropy(
          points: points[place], components: components[place], difference: values[0], bias: values[1],
          deviation: values[2], corrected: values[3], perComponent: values[4], z: values[5],
          chance: Numeral.chance(values[6], of: draws?[place]))
      )
    }
  }

  // MARK: Groups

  func law(_ group: Int) -> Law { laws[group] }

  func windows(_ group: Int) -> ArraySlice<Law> {
    let count = windowLaws.count / max(names.count, 1)
    return windowLaws[group * count..<(group + 1) * count]
  }

  /// The eigenvalues of a group by rank; no number beyond its last.
  func spectrum(_ group: Int) -> [Double] { Array(eigenvalues[group * rankCount..<(group + 1) * rankCount]) }

  func expected(_ group: Int) -> [Double] { Array(expectations[group * rankCount..<(group + 1) * rankCount]) }

  func spectrum(_ group: Int, control: Int) -> [Double] {
    let start = (group * controls.count + control) * rankCount
    return Array(controlled[start..<start + rankCount])
  }

  /// Where the spectrum of an isotropic cloud begins and ends.
  func edges(_ group: Int) -> [Double] { [lows[group], highs[group]] }
}
