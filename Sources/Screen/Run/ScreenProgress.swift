import Perturbations
import Runs

/// How far a screen is.
public struct ScreenProgress: Sendable {
  /// What is under way.
  public enum Phase: String, Codable, Sendable { case baseline, screening, gathering }

  /// What is under way.
  public let phase: Phase
  /// Units that are finished.
  public let unitsDone: Int
  /// Units of the screen.
  public let unitCount: Int
  /// Mutations of finished units.
  public let mutationsDone: Int
  /// Mutations of the screen.
  public let mutationCount: Int
  /// The share of the screen's operations that is done, 0…1: early layers cost more than late ones.
  public let workDone: Double
  /// Units that earlier starts finished.
  public let unitsBefore: Int
  /// Mutations that earlier starts finished.
  public let mutationsBefore: Int
  /// The share of the operations that earlier starts did, 0…1.
  public let workBefore: Double
  /// Seconds until all units are finished; nil while no unit of this start is.
  public var secondsLeft: Double?
  /// Mutations a second of all ranks; nil while no unit of this start is finished.
  public var mutationsPerSecond: Double?
}

/// Tells how far a screen is: what earlier starts left goes out in order.
struct ProgressAccount {
  private let remaining: Int
  private let unitCount: Int
  private let mutationCount: Int
  /// Of the first so many remaining units, and of all units of the screen.
  private let mutations: [Int]
  private let operations: [Double]
  private let allOperations: Double
  private var timeLeft: TimeLeft
  /// The most ranks that had units in hand at once.
  private var mostRanks = 0

  /// `operations` are by unit of the plan.
  init(plan: UnitPlan, units: Range<Int>, remaining: [Int], operations: [Double]) {
    self.remaining = remaining.count
    unitCount = units.count
    mutationCount = plan.positions(of: units).count
    mutations = remaining.reduce(into: [0]) { $0.append($0[$0.count - 1] + plan.units[$1].positions.count) }
    self.operations = remaining.reduce(into: [0]) { $0.append($0[$0.count - 1] + operations[$1]) }
    allOperations = units.reduce(0) { $0 + operations[$1] }
    timeLeft = TimeLeft(workBefore: self.operations)
  }

  /// Before the first unit, with `isDone` behind the last one.
  func progress(_ phase: ScreenProgress.Phase, isDone: Bool) -> ScreenProgress {
    let done = isDone ? remaining : 0
    return progress(phase, units: done, mutations: mutations[done], operations: operations[done])
  }

  /// While units are evaluated, `now` by the clock of the ledger.
  mutating func progress(_ ledger: WorkQueueLedger, at now: Double) -> ScreenProgress {
    let inHand = { [mutations] (units: Range<Int>) in mutations[units.upperBound] - mutations[units.lowerBound] }
    let mutationsDone = ledger.hands.reduce(mutations[ledger.handedOut]) { $0 - inHand($1.present) - inHand($1.ahead) }
    var progress = progress(
      .screening, units: ledger.unitsDone, mutations: mutationsDone, operations: timeLeft.workDone(ledger))
    progress.secondsLeft = timeLeft.seconds(ledger, at: now)
    if ledger.busySeconds > 0, mutationsDone > 0 {
      mostRanks = max(mostRanks, ledger.hands.count { !$0.isEmpty })
      progress.mutationsPerSecond = Double(mutationsDone * max(mostRanks, 1)) / ledger.busySeconds
    }
    return progress
  }

  /// Mutations of `units` units of this start's.
  func mutations(ofFirst units: Int) -> Int { mutations[units] }

  private func progress(
    _ phase: ScreenProgress.Phase, units: Int, mutations: Int, operations: Double
  ) -> ScreenProgress {
    let mutationsBefore = mutationCount - (self.mutations.last ?? 0)
    let before = allOperations - (self.operations.last ?? 0)
    let share = { (operations: Double) in operations / max(allOperations, 1) }
    return ScreenProgress(
      phase: phase, unitsDone: unitCount - remaining + units, unitCount: unitCount,
      mutationsDone: mutationsBefore + mutations, mutationCount: mutationCount,
      workDone: share(before + operations), unitsBefore: unitCount - remaining, mutationsBefore: mutationsBefore,
      workBefore: share(before))
  }
}
