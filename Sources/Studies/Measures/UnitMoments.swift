import CKernels
import LinearAlgebra

/// The moments of some units over some positions.
struct UnitMoments: Equatable, Sendable {
  /// A number that is known of each unit.
  enum Moment: Int, CaseIterable {
    case mean
    /// The sum of squared deviations from the mean.
    case squares
    /// The mean of |x|.
    case magnitude
    /// The mean of √|x|.
    case root
    /// The share of positions above 0.
    case above
    case smallest
    case greatest
  }

  /// The number of units.
  let count: Int
  /// All moments, `[moment · count + unit]`: as they are in a journal.
  private(set) var numbers: [Double]

  /// Moments of so many units over no position.
  init(count: Int) {
    self.count = count
    numbers = Array(repeating: 0, count: UnitMoments.numberCount(units: count))
    for unit in 0..<count {
      self[.smallest, unit] = .infinity
      self[.greatest, unit] = -.infinity
    }
  }

  /// Takes `numbers` as they were.
  init(numbers: [Double]) {
    count = numbers.count / Moment.allCases.count
    self.numbers = numbers
  }

  /// How many numbers there are of so many units.
  static func numberCount(units: Int) -> Int { Moment.allCases.count * units }

  private subscript(moment: Moment, unit: Int) -> Double {
    get { numbers[moment.rawValue * count + unit] }
    set { numbers[moment.rawValue * count + unit] = newValue }
  }

  /// A moment of each unit.
  subscript(moment: Moment) -> ArraySlice<Double> {
    numbers[moment.rawValue * count..<(moment.rawValue + 1) * count]
  }

  // MARK: Positions

  /// Takes the moments of activations `[positions, units]`, of which there is at least one position, in place of what
  /// was there.
  mutating func take(_ values: MatrixView) {
    precondition(values.rows > 0 && values.columns == count, "activations of the units")
    let count = count
    numbers.withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      func place(_ moment: Moment) -> UnsafeMutablePointer<Double> { base + moment.rawValue * count }
      var moments = locus_moments(
        mean: place(.mean), squares: place(.squares), magnitude: place(.magnitude), root: place(.root),
        above: place(.above), smallest: place(.smallest), greatest: place(.greatest))
      locus_column_moments(values.base, values.stride, values.rows, count, &moments)
    }
  }

  /// Joins the moments of some units, from unit `first` on, over `positions` others than the `before` that are in it
  /// (Chan, Golub and LeVeque 1983, The American Statistician 37, 242–247): with δ = m_b − m_a, the mean is
  /// m_a + δ n_b / n and M2 is M2_a + M2_b + δ² n_a n_b / n.
  mutating func join(_ other: UnitMoments, at first: Int, positions: Int, before: Int) {
    let part = Double(positions) / Double(before + positions)
    let product = Double(before) * part
    for unit in 0..<other.count {
      let place = first + unit
      let delta = other[.mean, unit] - self[.mean, place]
      self[.mean, place] += delta * part
      self[.squares, place] += other[.squares, unit] + delta * delta * product
      self[.magnitude, place] += (other[.magnitude, unit] - self[.magnitude, place]) * part
      self[.root, place] += (other[.root, unit] - self[.root, place]) * part
      self[.above, place] += (other[.above, unit] - self[.above, place]) * part
      self[.smallest, place] = min(self[.smallest, place], other[.smallest, unit])
      self[.greatest, place] = max(self[.greatest, place], other[.greatest, unit])
    }
  }
}
