/// A stage of a run: numbered pieces of work, each of which gives bytes.
///
/// A run has one stage or several, one after the other. What a piece gives depends on its number alone, so that ranks
/// may evaluate the pieces in any order and a later start may go on from those that are finished.
public struct RunStage: Sendable {
  /// Pieces of a stage are numbered below this.
  public static let pieceLimit = 1 << 32

  /// The number of the stage in its run, from 0 up.
  public let number: Int
  /// The pieces that this run evaluates: all of the stage, or those of a part of it.
  public let pieces: Range<Int>
  /// The cost of each of these pieces in any one unit, from which progress is computed.
  public let costs: [Double]

  /// A stage whose pieces cost as much as `costs` says; there is one for each piece.
  public init(number: Int = 0, pieces: Range<Int>, costs: [Double]) {
    precondition(number >= 0 && pieces.lowerBound >= 0 && pieces.upperBound <= RunStage.pieceLimit, "numbers of pieces")
    precondition(costs.count == pieces.count, "a cost for each piece")
    self.number = number
    self.pieces = pieces
    self.costs = costs
  }

  /// The number of a piece's record in the journal of the whole run.
  func record(of piece: Int) -> Int { number * RunStage.pieceLimit + piece }
}
