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
  private var mean: [Double]
  /// The sum of squared deviations from the mean.
  private var squares: [Double]
  private var magnitude: [Double]
  private var root: [Double]
  private var above: [Double]
  private var smallest: [Double]
  private var greatest: [Double]

  /// Statistics of no position.
  public init(_ grid: UnitGrid) {
    self.grid = grid
    let zeros = [Double](repeating: 0, count: grid.count)
    (mean, squares, magnitude, root, above) = (zeros, zeros, zeros, zeros, zeros)
    smallest = [Double](repeating: .infinity, count: grid.count)
    greatest = [Double](repeating: -.infinity, count: grid.count)
  }

  // MARK: Values

  /// A statistic of every unit, `[layer · width + unit]`; NaN of no position.
  public func values(_ statistic: UnitStatistic) -> [Double] {
    guard count > 0 else { return [Double](repeating: .nan, count: grid.count) }
    let n = Double(count)
    return switch statistic {
    case .mean: mean
    case .std: squares.map { ($0 / n).squareRoot() }
    case .abs: magnitude
    case .sqrt: root
    case .rms: zip(squares, mean).map { ($0 / n + $1 * $1).squareRoot() }
    case .freq: above
    case .min: smallest
    case .max: greatest
    }
  }

  // MARK: Joining

  /// Joins the statistics of other positions (Chan, Golub and LeVeque 1983, The American Statistician 37, 242–247):
  /// with δ = m_b − m_a, the mean is m_a + δ n_b / n and M2 is M2_a + M2_b + δ² n_a n_b / n.
  public mutating func join(_ other: UnitStatistics) {
    precondition(other.grid == grid, "statistics of the same units")
    guard other.count > 0 else { return }
    let part = Double(other.count) / Double(count + other.count)
    let product = Double(count) * part
    for unit in 0..<grid.count {
      let delta = other.mean[unit] - mean[unit]
      mean[unit] += delta * part
      squares[unit] += other.squares[unit] + delta * delta * product
      magnitude[unit] += (other.magnitude[unit] - magnitude[unit]) * part
      root[unit] += (other.root[unit] - root[unit]) * part
      above[unit] += (other.above[unit] - above[unit]) * part
      smallest[unit] = Swift.min(smallest[unit], other.smallest[unit])
      greatest[unit] = Swift.max(greatest[unit], other.greatest[unit])
    }
    count += other.count
  }

  /// Joins moments of `positions` positions of the units of one layer.
  mutating func join(_ moments: RowMoments, positions: Int, before: Int, layer: Int) {
    let part = Double(positions) / Double(before + positions)
    let product = Double(before) * part
    let first = layer * grid.width
    for unit in 0..<grid.width {
      let place = first + unit
      let delta = moments.mean[unit] - mean[place]
      mean[place] += delta * part
      squares[place] += moments.squares[unit] + delta * delta * product
      magnitude[place] += (moments.magnitude[unit] - magnitude[place]) * part
      root[place] += (moments.root[unit] - root[place]) * part
      above[place] += (moments.above[unit] - above[place]) * part
      smallest[place] = Swift.min(smallest[place], moments.smallest[unit])
      greatest[place] = Swift.max(greatest[place], moments.greatest[unit])
    }
  }

  /// Takes note that so many positions more have been joined in every layer.
  mutating func addPositions(_ positions: Int) { count += positions }

  // MARK: Numbers

  /// How many numbers the statistics of a site are, for a journal.
  static func numberCount(_ grid: UnitGrid) -> Int { 1 + 7 * grid.count }

  /// The statistics as numbers, for a journal.
  var numbers: [Double] { [Double(count)] + mean + squares + magnitude + root + above + smallest + greatest }

  /// Takes them out of the numbers that `numbers` gives.
  init(_ grid: UnitGrid, numbers: some Collection<Double>) {
    self.grid = grid
    var rest = Array(numbers)[...]
    count = Int(rest.removeFirst())
    func next() -> [Double] {
      defer { rest = rest.dropFirst(grid.count) }
      return Array(rest.prefix(grid.count))
    }
    mean = next()
    squares = next()
    magnitude = next()
    root = next()
    above = next()
    smallest = next()
    greatest = next()
  }
}
