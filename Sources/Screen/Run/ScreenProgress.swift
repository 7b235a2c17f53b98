import Perturbations
import Runs

/// How far a screen is.
public struct ScreenProgress: Sendable {
  /// What a screen does: the model without mutations, the units, the results file.
  public enum Phase: String, Codable, Sendable { case baseline, screening, gathering }

  /// What it does now.
  public let phase: Phase
  /// How far it is in units and in operations: early layers cost more than late ones.
  public let run: RunProgress
  /// How far it is in mutations.
  public let mutations: MutationProgress
  /// What of the mutations earlier starts did.
  public let mutationsBefore: Int

  /// Units that are finished.
  public var unitsDone: Int { run.piecesDone }
  /// All units that there are.
  public var unitCount: Int { run.pieceCount }
  /// The units that earlier starts finished.
  public var unitsBefore: Int { run.piecesBefore }
  /// The share of the screen's operations that is done, 0…1.
  public var workDone: Double { run.workDone }
  /// Seconds until all units are finished; nil while no unit of this start is.
  public var secondsLeft: Double? { run.secondsLeft }
}

/// How far a screen is in mutations, as `status.json` has it.
public struct MutationProgress: Codable, Sendable {
  /// Mutations whose units are finished.
  public var mutationsDone: Int
  /// All mutations of the plan.
  public var mutationCount: Int
  /// Mutations a second of all ranks; nil while no unit of this start is finished.
  public var mutationsPerSecond: Double?
}

/// An account of a screen's units and mutations, from which its progress is computed.
struct ScreenAccount {
  private var units: ProgressAccount
  private let mutationCount: Int
  /// Mutations of the first so many remaining units.
  private let mutations: [Int]
  /// The most ranks that had units in hand at once.
  private var mostRanks = 0

  /// The account of the units of a plan that are left now.
  init(plan: UnitPlan, pieces: StageJournal) {
    units = ProgressAccount(pieces)
    mutationCount = plan.positions(of: pieces.stage.pieces).count
    mutations = pieces.remaining.reduce(into: [0]) { $0.append($0[$0.count - 1] + plan.units[$1].positions.count) }
  }

  /// How far it is before the first unit, with `isDone` behind the last one.
  func progress(_ phase: ScreenProgress.Phase, isDone: Bool) -> ScreenProgress {
    let done = isDone ? mutations.count - 1 : 0
    return progress(phase, units.progress(phase.rawValue, isDone: isDone), mutations: mutations[done], perSecond: nil)
  }

  /// How far it is while units are evaluated, `now` by the clock of the ledger.
  mutating func progress(_ ledger: WorkQueueLedger, at now: Double) -> ScreenProgress {
    let inHand = { [mutations] (units: Range<Int>) in mutations[units.upperBound] - mutations[units.lowerBound] }
    let done = ledger.hands.reduce(mutations[ledger.handedOut]) { $0 - inHand($1.present) - inHand($1.ahead) }
    var perSecond: Double?
    if ledger.busySeconds > 0, done > 0 {
      mostRanks = max(mostRanks, ledger.hands.count { !$0.isEmpty })
      perSecond = Double(done * max(mostRanks, 1)) / ledger.busySeconds
    }
    let phase = ScreenProgress.Phase.screening
    return progress(
      phase, units.progress(phase.rawValue, ledger, at: now), mutations: done, perSecond: perSecond)
  }

  /// Mutations of `units` units of this start's.
  func mutations(ofFirst units: Int) -> Int { mutations[units] }

  private func progress(
    _ phase: ScreenProgress.Phase, _ run: RunProgress, mutations: Int, perSecond: Double?
  ) -> ScreenProgress {
    let before = mutationCount - (self.mutations.last ?? 0)
    return ScreenProgress(
      phase: phase, run: run,
      mutations: MutationProgress(
        mutationsDone: before + mutations, mutationCount: mutationCount, mutationsPerSecond: perSecond),
      mutationsBefore: before)
  }
}
