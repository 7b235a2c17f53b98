import Mutagenesis

/// How far a screen is.
public struct ScreenProgress: Sendable {
  public enum Phase: String, Codable, Sendable { case baseline, screening, gathering }

  public let phase: Phase
  public let unitsDone: Int
  public let unitCount: Int
  public let mutationsDone: Int
  public let mutationCount: Int
  /// The share of the screen's operations that is done, 0…1: early layers cost more than late ones.
  public let workDone: Double
  /// What of all that earlier starts did.
  public let unitsBefore: Int
  public let mutationsBefore: Int
  public let workBefore: Double
}

/// Tells how far a screen is by the number of units done: what earlier starts left goes out in order.
struct ProgressAccount {
  private let remaining: Int
  private let unitCount: Int
  private let mutationCount: Int
  /// Of the first so many remaining units, and of all units of the screen.
  private let mutations: [Int]
  private let operations: [Double]
  private let allOperations: Double

  /// `operations` are by unit of the plan.
  init(plan: UnitPlan, units: Range<Int>, remaining: [Int], operations: [Double]) {
    self.remaining = remaining.count
    unitCount = units.count
    mutationCount = plan.positions(of: units).count
    mutations = remaining.reduce(into: [0]) { $0.append($0[$0.count - 1] + plan.units[$1].positions.count) }
    self.operations = remaining.reduce(into: [0]) { $0.append($0[$0.count - 1] + operations[$1]) }
    allOperations = units.reduce(0) { $0 + operations[$1] }
  }

  /// When `done` of the remaining units are done.
  func progress(_ phase: ScreenProgress.Phase, done: Int) -> ScreenProgress {
    let mutationsBefore = mutationCount - mutations[remaining]
    let before = allOperations - operations[remaining]
    let share = { (operations: Double) in operations / max(allOperations, 1) }
    return ScreenProgress(
      phase: phase, unitsDone: unitCount - remaining + done, unitCount: unitCount,
      mutationsDone: mutationsBefore + mutations[done], mutationCount: mutationCount,
      workDone: share(before + operations[done]), unitsBefore: unitCount - remaining, mutationsBefore: mutationsBefore,
      workBefore: share(before))
  }
}
