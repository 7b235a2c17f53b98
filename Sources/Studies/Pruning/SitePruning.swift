import Basics
import Perturbations
import Transformer

/// What a pruning does at a site: the units that it takes, and the numbers of the edits that are scored.
struct SitePruning {
  let site: Site
  let grid: UnitGrid
  /// The scores by importance, `[importance][layer · width + unit]`.
  let scores: [[Double]]
  /// The units that are pruned at the compared percent, ascending, `[importance]`.
  let selected: [[Int]]
  /// Units matched in magnitude to those of the main importance, one by one, ascending.
  let matched: [Int]
  /// The units that each step of the iteration prunes, with those of the steps before, `[step]`; empty without one.
  let steps: [[Int]]

  /// Numbers of edits, `[importance][point]`.
  private(set) var curves: [[Int]] = []
  /// Numbers of edits, `[control][seed][point]`.
  private(set) var controls: [[[Int]]] = []
  /// Numbers of edits, `[point]`, the first of which is of the unpruned model.
  private(set) var iterated: [Int] = []
  /// The number of the edit of the main importance at the compared percent.
  private(set) var comparedEdit = 0
  /// The number of the edit of the matched units.
  private(set) var matchedEdit = 0

  init(_ study: Pruning, _ site: Site, _ ground: PrunedGround, steps: [[Int]], _ selections: inout PruningSelections) {
    self.site = site
    self.steps = steps
    grid = ground.grid
    scores = ground.scores
    let orders = scores.map(Ranking.order)
    let compared = study.count(study.compared, of: grid.count)
    selected = orders.map { $0.prefix(compared).sorted() }
    let main = study.main
    matched = Ranking.matched(to: selected[main], magnitudes: ground.magnitudes).sorted()
    func curve(_ order: [Int]) -> [Int] {
      study.percents.map { selections.number(site, ground.grid, order.prefix(study.count($0, of: order.count))) }
    }
    curves = orders.map(curve)
    controls = PruningControl.allCases.map { control in
      study.seeds.map { seed in
        curve(
          control.order(
            seed: seed, site, ground.grid, scores: ground.scores[main], magnitudes: ground.magnitudes))
      }
    }
    if !steps.isEmpty { iterated = ([[]] + steps).map { selections.number(site, ground.grid, $0) } }
    comparedEdit = selections.number(site, grid, selected[main])
    matchedEdit = selections.number(site, grid, matched)
  }
}

/// What is known of the units of a site before any is pruned.
struct PrunedGround {
  let grid: UnitGrid
  /// The scores by importance, `[importance][layer · width + unit]`.
  let scores: [[Double]]
  /// The mean magnitude for the text to forget plus that for the text to keep.
  let magnitudes: [Double]

  /// Takes statistics of a site over both texts. Throws where an activation is no number.
  init(_ study: Pruning, _ site: Site, _ grid: UnitGrid, forget: UnitStatistics, retain: UnitStatistics) throws {
    self.grid = grid
    scores = study.importances.map { $0.scores(site, forget: forget, retain: retain, quirks: study.hasQuirks) }
    magnitudes = zip(forget.values(.abs), retain.values(.abs)).map(+)
    guard scores.allSatisfy({ $0.allSatisfy(\.isFinite) }), magnitudes.allSatisfy(\.isFinite) else {
      throw StudiesError(
        "cannot rank the units of \(site.rawValue): activations of the model are not finite there; check the model")
    }
  }
}
