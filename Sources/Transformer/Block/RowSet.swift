/// Consecutive positions of one sequence that pass through the model together.
public struct Run: Sendable {
  /// Row of the key-value store that holds the sequence's position 0; the others follow it.
  public let origin: Int
  public let positions: Range<Int>
  /// Those whose output is needed after the last layer.
  public let kept: Range<Int>

  /// The positions from `firstKept` on are kept.
  public init(origin: Int, positions: Range<Int>, firstKept: Int) {
    self.origin = origin
    self.positions = positions
    kept = min(max(firstKept, positions.lowerBound), positions.upperBound)..<positions.upperBound
  }
}

/// The rows of a panel: one for each position of each of its runs, run after run.
///
/// The last layer is computed at the kept positions only, so a row set says which those are.
public struct RowSet {
  public let runs: [Run]
  /// Position of each row in its sequence, and of each kept row.
  public let positions: [Int32]
  public let keptPositions: [Int32]
  /// Rows whose output is needed after the last layer, ascending.
  public let kept: [Int]
  /// Rows of each run among all rows, and among the kept ones.
  public let ranges: [Range<Int>]
  public let keptRanges: [Range<Int>]

  public var count: Int { positions.count }

  public init(_ runs: [Run]) {
    self.runs = runs
    var positions: [Int32] = []
    var keptPositions: [Int32] = []
    var kept: [Int] = []
    var ranges: [Range<Int>] = []
    var keptRanges: [Range<Int>] = []
    for run in runs {
      let firstKeptRow = positions.count + run.kept.lowerBound - run.positions.lowerBound
      ranges.append(positions.count..<positions.count + run.positions.count)
      keptRanges.append(kept.count..<kept.count + run.kept.count)
      positions += run.positions.map { Int32($0) }
      keptPositions += run.kept.map { Int32($0) }
      kept += firstKeptRow..<firstKeptRow + run.kept.count
    }
    self.positions = positions
    self.keptPositions = keptPositions
    self.kept = kept
    self.ranges = ranges
    self.keptRanges = keptRanges
  }

  /// Whole sequences, one behind the other in the store.
  public init(lengths: [Int], firstKept: [Int]) {
    var origin = 0
    self.init(
      zip(lengths, firstKept).map { length, firstKept in
        defer { origin += length }
        return Run(origin: origin, positions: 0..<length, firstKept: firstKept)
      })
  }
}
