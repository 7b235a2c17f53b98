import Basics
import Perturbations
import Transformer

/// A statistic of a unit's activations over positions of texts.
public enum UnitStatistic: String, CaseIterable, Sendable {
  /// The mean.
  case mean
  /// The population standard deviation, √(M2 / N).
  case std
  /// The mean magnitude, mean |x|.
  case abs
  /// The mean root of the magnitude, mean √|x|.
  case sqrt
  /// The root of the mean square, √(M2 / N + mean²).
  case rms
  /// The share of positions at which the activation is above 0.
  case freq
  /// The smallest activation.
  case min
  /// The greatest activation.
  case max

  /// What it is, in words.
  public var meaning: String {
    switch self {
    case .mean: "mean activation"
    case .std: "population standard deviation of the activation"
    case .abs: "mean magnitude of the activation"
    case .sqrt: "mean square root of the magnitude of the activation"
    case .rms: "root mean square of the activation"
    case .freq: "share of positions with an activation above 0"
    case .min: "smallest activation"
    case .max: "greatest activation"
    }
  }
}

/// Streaming statistics of every unit of a site in all layers, which parts of a text are joined into in a fixed order.
public struct UnitStatistics: Equatable, Sendable {
  /// The units.
  public let grid: UnitGrid
  /// The number of positions.
  public private(set) var count = 0
  private var moments: UnitMoments

  /// Statistics of no position.
  public init(_ grid: UnitGrid) {
    self.grid = grid
    moments = UnitMoments(count: grid.count)
  }

  // MARK: Values

  /// A statistic of every unit, `[layer · width + unit]`; NaN of no position.
  public func values(_ statistic: UnitStatistic) -> [Double] {
    guard count > 0 else { return [Double](repeating: .nan, count: grid.count) }
    let n = Double(count)
    return switch statistic {
    case .mean: Array(moments[.mean])
    case .std: moments[.squares].map { ($0 / n).squareRoot() }
    case .abs: Array(moments[.magnitude])
    case .sqrt: Array(moments[.root])
    case .rms: zip(moments[.squares], moments[.mean]).map { ($0 / n + $1 * $1).squareRoot() }
    case .freq: Array(moments[.above])
    case .min: Array(moments[.smallest])
    case .max: Array(moments[.greatest])
    }
  }

  // MARK: Joining

  /// Joins the statistics of other positions.
  public mutating func join(_ other: UnitStatistics) {
    precondition(other.grid == grid, "statistics of the same units")
    guard other.count > 0 else { return }
    moments.join(other.moments, at: 0, positions: other.count, before: count)
    count += other.count
  }

  /// Joins moments of `positions` positions of the units of one layer.
  mutating func join(_ layer: UnitMoments, positions: Int, before: Int, layer index: Int) {
    moments.join(layer, at: index * grid.width, positions: positions, before: before)
  }

  /// Takes note that so many positions more have been joined in every layer.
  mutating func addPositions(_ positions: Int) { count += positions }

  // MARK: Numbers

  /// How many numbers the statistics of a site are, for a journal.
  static func numberCount(_ grid: UnitGrid) -> Int { 1 + UnitMoments.numberCount(units: grid.count) }

  /// The statistics as numbers, for a journal.
  var numbers: [Double] { [Double(count)] + moments.numbers }

  /// Takes them out of the numbers that `numbers` gives.
  init(_ grid: UnitGrid, numbers: some Collection<Double>) {
    self.grid = grid
    count = numbers.first.map { Int($0) } ?? 0
    moments = UnitMoments(numbers: Array(numbers.dropFirst()))
  }
}
