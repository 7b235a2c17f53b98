import Basics

extension StreamName {
  /// The signs of `SignFlipTest`.
  static let signFlips: StreamName = "sgnf"
}

/// Whether the means of paired differences are beyond chance: by chance a pair's difference is as likely to have the
/// other sign (Fisher 1935, The Design of Experiments, section 21).
///
/// Several columns share the flips of a row, and each is compared with the greatest magnitude over all of them, so that
/// the probabilities hold for all columns together (Westfall and Young 1993, Resampling-Based Multiple Testing, 2.5).
/// All flips are counted for up to 16 rows; for more rows 9,999 are drawn, always the same, with the data themselves as
/// one more.
public struct SignFlipTest: Equatable, Sendable {
  /// The number of rows, the pairs.
  public let rowCount: Int
  /// The mean difference of each column.
  public let means: [Double]
  /// The two-sided probability of each column, corrected for the number of columns; not a number without rows.
  public let probabilities: [Double]
  /// The least probability that so many rows can give.
  public let least: Double

  private static let exactRows = 16
  private static let drawCount = 9_999

  /// Takes the differences of each column, all of which have the same rows: `[column][row]`.
  public init(_ columns: [[Double]]) {
    let count = columns.first?.count ?? 0
    precondition(columns.allSatisfy { $0.count == count }, "the same rows in each column")
    rowCount = count
    means = columns.map(\.mean)
    guard count > 0 else {
      (probabilities, least) = (columns.map { _ in .nan }, .nan)
      return
    }
    let counter = FlipCounter(columns)
    let reached = count <= Self.exactRows ? counter.countingAll() : counter.drawing(Self.drawCount)
    probabilities = reached.counts.map { Double($0) / Double(reached.of) }
    least = count <= Self.exactRows ? 1 / Double(1 << (count - 1)) : 1 / Double(Self.drawCount + 1)
  }

  /// A test of a single column.
  public init(_ differences: [Double]) { self.init([differences]) }

  /// The probability of the first column.
  public var probability: Double { probabilities.first ?? .nan }
}

/// Counts of flips by which some column's sum is as far from 0 as a column's own.
private struct FlipCounter {
  private let columns: [[Double]]
  /// The sums that count as being as far, each less what rounding may take from it.
  private let far: [Double]

  init(_ columns: [[Double]]) {
    self.columns = columns
    far = columns.map { column in
      abs(column.reduce(0, +)) - 1e-10 * column.reduce(0) { $0 + abs($1) }
    }
  }

  private var rowCount: Int { columns.first?.count ?? 0 }

  /// All flips: that of the first row is left out, because turning all rows changes no magnitude. One row is turned at
  /// a time (Gray's code).
  func countingAll() -> (counts: [Int], of: Int) {
    var signs = [Double](repeating: 1, count: rowCount)
    var sums = columns.map { $0.reduce(0, +) }
    var counts = [Int](repeating: 1, count: columns.count)
    let total = 1 << (rowCount - 1)
    for number in 1..<max(total, 1) {
      let row = 1 + number.trailingZeroBitCount
      signs[row] = -signs[row]
      for column in columns.indices { sums[column] += 2 * signs[row] * columns[column][row] }
      note(sums, in: &counts)
    }
    return (counts, total)
  }

  func drawing(_ draws: Int) -> (counts: [Int], of: Int) {
    var random = RandomStream(seed: 0, stream: .signFlips, index: 0)
    var counts = [Int](repeating: 1, count: columns.count)
    for _ in 0..<draws {
      let signs = (0..<rowCount).map { _ in random.below(2) == 0 ? 1.0 : -1 }
      note(columns.map { zip($0, signs).reduce(0) { $0 + $1.0 * $1.1 } }, in: &counts)
    }
    return (counts, draws + 1)
  }

  private func note(_ sums: [Double], in counts: inout [Int]) {
    let greatest = sums.reduce(0) { max($0, abs($1)) }
    for column in counts.indices where greatest >= far[column] { counts[column] += 1 }
  }
}
