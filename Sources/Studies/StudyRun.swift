import MessagePassing
import Runs

/// The run of a study over ranks: it goes on from what the journal holds, evaluates what is left, and puts all pieces
/// together in their order on every rank.
public struct StudyRun {
  private let run: Run
  private let stage: Int

  /// The run whose stage of this number is the study.
  public init(_ run: Run, stage: Int = 0) {
    self.run = run
    self.stage = stage
  }

  /// What a study finds, on every rank; nil, and why, where it was stopped early. Collective; `progress` is called on
  /// rank 0 only.
  ///
  /// An error of one rank is thrown by that rank alone, and the others wait for it: the caller is to end them.
  public func found<Experiment: Study>(
    by study: Experiment, progress: (RunProgress) -> Void
  ) throws -> (found: Experiment.Found?, stopReason: String?) {
    let costs = study.costs
    var pieces = try run.begin(RunStage(number: stage, pieces: costs.indices, costs: costs))
    try pieces.check(run.communicator, isWhole: study.isWhole)
    var account = ProgressAccount(pieces)
    var status = StatusKeeper<NoDetails>(folder: run.output.journal)
    let begun = ContinuousClock.now
    func report(_ now: RunProgress) {
      guard run.communicator.rank == 0 else { return }
      status.note(
        RunStatus(progress: now, evaluatingSeconds: (ContinuousClock.now - begun).seconds, start: run.start),
        NoDetails())
      progress(now)
    }
    report(account.progress(study.phase, isDone: false))
    let end = try run.evaluate(&pieces) {
      report(account.progress(study.phase, $0, at: $1))
    } evaluate: { piece, pause in
      try pause()
      return try study.evaluate(piece, pause: pause)
    }
    if let reason = end.stopReason {
      if run.communicator.rank == 0 { status.stopped(reason) }
      return (nil, reason)
    }
    return (try study.found(of: try pieces.allBytes(run.communicator)), nil)
  }
}
