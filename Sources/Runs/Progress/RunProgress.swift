/// How far a run is in one of its stages.
public struct RunProgress: Sendable {
  /// What the run does now, in a word.
  public let phase: String
  /// Pieces that all starts together have finished.
  public let piecesDone: Int
  /// The number of pieces of the stage.
  public let pieceCount: Int
  /// The share of the stage's costs that is done, 0…1.
  public let workDone: Double
  /// The number of pieces that earlier starts finished.
  public let piecesBefore: Int
  /// The share of the costs that earlier starts did, 0…1.
  public let workBefore: Double
  /// Seconds until all pieces are finished; nil while no piece of this start is.
  public var secondsLeft: Double?
}

/// An account of the pieces of a stage that this start evaluates, which are assigned in order, from which it computes
/// how far they are.
public struct ProgressAccount: Sendable {
  private let remaining: Int
  private let pieceCount: Int
  /// Costs of the first so many remaining pieces.
  private let costs: [Double]
  private let allCosts: Double
  private var timeLeft: TimeLeft

  /// An account of the pieces of a stage that are left now.
  public init(_ pieces: StageJournal) {
    let (stage, remaining) = (pieces.stage, pieces.remaining)
    self.remaining = remaining.count
    pieceCount = stage.pieces.count
    costs = remaining.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + stage.costs[$1 - stage.pieces.lowerBound])
    }
    allCosts = stage.costs.reduce(0, +)
    timeLeft = TimeLeft(workBefore: costs)
  }

  /// How far the stage is before its first piece, with `isDone` behind the last one.
  public func progress(_ phase: String, isDone: Bool) -> RunProgress {
    let done = isDone ? remaining : 0
    return progress(phase, pieces: done, costs: costs[done])
  }

  /// How far the stage is while pieces are evaluated; `now` is by the clock of the ledger.
  public mutating func progress(_ phase: String, _ ledger: WorkQueueLedger, at now: Double) -> RunProgress {
    var progress = progress(phase, pieces: ledger.unitsDone, costs: timeLeft.workDone(ledger))
    progress.secondsLeft = timeLeft.seconds(ledger, at: now)
    return progress
  }

  private func progress(_ phase: String, pieces: Int, costs: Double) -> RunProgress {
    let before = allCosts - (self.costs.last ?? 0)
    let share = { (costs: Double) in allCosts > 0 ? costs / allCosts : 1 }
    return RunProgress(
      phase: phase, piecesDone: pieceCount - remaining + pieces, pieceCount: pieceCount,
      workDone: share(before + costs), piecesBefore: pieceCount - remaining, workBefore: share(before))
  }
}
