import Basics
import LinearAlgebra
import Perturbations
import Statistics
import Transformer

/// Tasks whose units are set to zero, the best first, until a share of the task's accuracy is gone, and what this does
/// to the other tasks.
package struct CrossPruning: Equatable, Sendable {
  /// The tasks of one deal: the order of the units for each, and the texts on which each is measured.
  struct Deal {
    /// The order of the flat units, `[task][place]`.
    let orders: [[Int]]
    /// The text of each task.
    let texts: [TextSet]
  }

  /// How many units go, `[goal][task]`; −1 for a task of whose targets not one is a first choice.
  let removed: [[Int]]
  /// The share of accuracy that is left, `[goal][pruned for][measured on]`; not a number where there was none.
  let kept: [[[Double]]]
  /// The share of targets that are the first choice of the unpruned model, `[task]`.
  let whole: [Double]

  /// By how much more of its accuracy another task keeps than the one pruned for, the mean of all pairs, `[goal]`.
  var selectivity: [Double] {
    kept.map { matrix in
      let differences = matrix.indices.flatMap { pruned in
        matrix.indices.filter { $0 != pruned }.map { matrix[pruned][$0] - matrix[pruned][pruned] }
      }.filter(\.isFinite)
      return differences.isEmpty ? .nan : differences.reduce(0, +) / Double(differences.count)
    }
  }

  /// The probability of a selectivity as great as that of tasks, by those of some deals of pseudo-tasks: a t test of
  /// one new number of their distribution, which needs two deals. Deals that do not differ give what their number
  /// allows, and no less.
  package static func probability(_ selectivity: Double, pseudo: [Double]) -> Double {
    let known = pseudo.filter(\.isFinite)
    guard known.count > 1, selectivity.isFinite else { return .nan }
    guard isSpread(known) else { return PermutationProbability(selectivity, among: known).value }
    let moments = SampleMoments(known)
    let spread = (moments.variance * (1 + 1 / Double(known.count))).squareRoot()
    return TailProbability.student((selectivity - moments.mean) / spread, degrees: known.count - 1)
  }

  /// Whether the selectivities of deals differ, but for rounding, so that they have a spread to measure by.
  static func isSpread(_ pseudo: [Double]) -> Bool {
    let known = pseudo.filter(\.isFinite)
    guard let least = known.min(), let greatest = known.max() else { return false }
    return greatest - least > 1e-12 * max(1, abs(greatest))
  }

  // MARK: Pruning

  /// Prunes the tasks of some deals, whose bisections advance together: a stage for each of their rounds.
  static func find(
    _ deals: [Deal], goals: [Fraction], site: Site, grid: UnitGrid, on ground: StudyGround
  ) throws -> [CrossPruning] {
    var bisection = PruningBisection(deals, goals: goals, site: site, grid: grid)
    try bisection.run(on: ground)
    return deals.indices.map { deal in
      let tasks = deals[deal].orders.count
      let own = bisection.searches.filter { $0.deal == deal }
      let kept = own.map { search in (0..<tasks).map { bisection.ratio(search, search.high, on: $0) } }
      let whole = (0..<tasks).map { bisection.whole(deal: deal, $0) }
      return CrossPruning(
        removed: goals.indices.map { goal in
          (0..<tasks).map { whole[$0] > 0 ? own[goal * tasks + $0].high : -1 }
        }, kept: goals.indices.map { Array(kept[$0 * tasks..<($0 + 1) * tasks]) }, whole: whole)
    }
  }
}
