/// Consecutive positions of one sequence that pass through the model together.
public struct Span: Sendable {
  /// Row of the key-value store that holds the sequence's position 0; the others follow it.
  public let origin: Int
  /// The consecutive positions of the sequence, 0 first.
  public let positions: Range<Int>
  /// The positions whose output is needed after the last layer.
  public let scored: Range<Int>
  /// The positions that the whole sequence has, or will have at the end: angles may depend on how many they are.
  public let wholeLength: Int

  /// The positions from `firstScored` on are scored; the sequence ends with the last one unless `wholeLength` says
  /// otherwise.
  public init(origin: Int, positions: Range<Int>, firstScored: Int, wholeLength: Int? = nil) {
    self.origin = origin
    self.positions = positions
    self.wholeLength = wholeLength ?? positions.upperBound
    scored = min(max(firstScored, positions.lowerBound), positions.upperBound)..<positions.upperBound
  }
}

/// The rows of a panel: one for each position of each of its spans, span after span.
///
/// The last layer is computed at the scored positions only, so a row set says which those are.
public struct RowSet {
  /// The spans, whose rows follow one another.
  public let spans: [Span]
  /// The position of each row in its sequence, `[row]`.
  public let positions: [Int32]
  /// The position of each scored row in its sequence, `[scored row]`.
  public let scoredPositions: [Int32]
  /// Rows whose output is needed after the last layer, ascending.
  public let scored: [Int]
  /// The rows of each span among all rows, `[span]`.
  public let ranges: [Range<Int>]
  /// The rows of each span among the scored rows, `[span]`.
  public let scoredRanges: [Range<Int>]

  /// The number of rows of all spans.
  public var count: Int { positions.count }

  /// Numbers the rows of some spans.
  public init(_ spans: [Span]) {
    self.spans = spans
    var positions: [Int32] = []
    var scoredPositions: [Int32] = []
    var scored: [Int] = []
    var ranges: [Range<Int>] = []
    var scoredRanges: [Range<Int>] = []
    for span in spans {
      let firstScoredRow = positions.count + span.scored.lowerBound - span.positions.lowerBound
      ranges.append(positions.count..<positions.count + span.positions.count)
      scoredRanges.append(scored.count..<scored.count + span.scored.count)
      positions += span.positions.map { Int32($0) }
      scoredPositions += span.scored.map { Int32($0) }
      scored += firstScoredRow..<firstScoredRow + span.scored.count
    }
    self.positions = positions
    self.scoredPositions = scoredPositions
    self.scored = scored
    self.ranges = ranges
    self.scoredRanges = scoredRanges
  }

  /// Sequences from their first positions on, one behind the other in the store; they are whole unless `wholeLengths`
  /// says otherwise.
  public init(lengths: [Int], firstScored: [Int], wholeLengths: [Int]? = nil) {
    var origin = 0
    self.init(
      zip(zip(lengths, wholeLengths ?? lengths), firstScored).map { lengths, firstScored in
        defer { origin += lengths.0 }
        return Span(
          origin: origin, positions: 0..<lengths.0, firstScored: firstScored, wholeLength: lengths.1)
      })
  }

  /// The positions of the whole sequence of each row, or of each scored row.
  func wholeLengths(scoredOnly: Bool) -> [Int32] {
    spans.flatMap { span in
      Array(repeating: Int32(span.wholeLength), count: scoredOnly ? span.scored.count : span.positions.count)
    }
  }
}
