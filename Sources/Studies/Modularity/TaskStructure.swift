import Basics

/// Which units and which clusters the concentration is of.
enum Arrangement: String, CaseIterable, Sendable {
  /// The tasks' units in the clusters of the weights.
  case clusters
  /// The tasks' units in random clusters.
  case randomClusters = "random_clusters"
  /// Random units in the clusters of the weights.
  case randomNeurons = "random_neurons"
  /// Random units in random clusters.
  case randomBoth = "random_both"
  /// The units of the first seed's pseudo-tasks in the clusters of the weights.
  case pseudoTasks = "pseudo_tasks"
}

/// How far tasks have units of their own in one host, and how far these sit together.
package struct TaskStructure: Sendable {
  /// How much units do on every row.
  let importance: RowImportance
  /// The score of each unit for each task, `[task][flat unit]`.
  package let scores: [[Double]]
  /// Units in the order of their scores.
  package let orders: TaskOrders
  /// The overlap of tasks, `[share]`.
  package let overlaps: [TaskOverlap]
  /// The mean score of each task's units, `[share][task]`: how many times as much they do on its rows as on all.
  package let specificities: [[Double]]
  /// The overlap where units are dealt anew within layers, `[share][task][other]`.
  let withinLayers: [[[Double]]]
  /// The overlap where units are dealt anew within layers and twentieths of the mix, `[share][task][other]`.
  let rateMatched: [[[Double]]]
  /// The clusters of units.
  let clusters: UnitClusters
  /// The concentration of each arrangement.
  let concentrations: [Arrangement: ConcentrationTable]
  /// What pseudo-tasks give.
  let pseudo: PseudoTasks

  /// Compares the units of tasks that have these rows, with the controls of `seeds` and `draws`.
  package init(
    _ importance: RowImportance, _ rows: TaskRows, _ clusters: UnitClusters, shares: [Fraction], seeds: [Int],
    draws: Int, _ stages: StudyStages, phase: String = "dealing pseudo-tasks"
  ) throws {
    let grid = importance.grid
    self.importance = importance
    self.clusters = clusters
    scores = rows.own.map(importance.score)
    let orders = TaskOrders(grid, scores: scores)
    self.orders = orders
    let selected = shares.map(orders.selected)
    overlaps = selected.map { TaskOverlap($0, unitCount: grid.count) }
    specificities = orders.specificities(scores, shares)
    let (layerCells, rateCells) = (importance.layerCells, importance.rateCells)
    withinLayers = selected.map { TaskOverlap.expected($0, cells: layerCells) }
    rateMatched = selected.map { TaskOverlap.expected($0, cells: rateCells) }
    pseudo = try PseudoTasks(
      importance, rows, orders, clusters, shares: shares, seeds: seeds, draws: draws, stages, phase: phase)
    concentrations = TaskStructure.concentrations(
      orders, clusters, shares: shares, seed: seeds[0], pseudo: pseudo.concentration)
  }

  private static func concentrations(
    _ orders: TaskOrders, _ clusters: UnitClusters, shares: [Fraction], seed: Int, pseudo: ConcentrationTable
  ) -> [Arrangement: ConcentrationTable] {
    let tasks = orders.flat.count
    let own = (0..<tasks).map(orders.byLayer)
    let random = (0..<tasks).map { task in
      clusters.layers.map {
        UnitClusters.order(seed: seed, layer: $0, what: "task\(task)", orders.grid.width)
      }
    }
    func table(_ labels: [[Int32]], _ order: (Int, Int) -> [Int]) -> ConcentrationTable {
      ConcentrationTable(
        labels, tasks: tasks, clusterCount: clusters.clusterCount, shares: shares, order: order)
    }
    let best = { (layer: Int, task: Int) in own[task][clusters.layers[layer]] }
    let drawn = { (layer: Int, task: Int) in random[task][layer] }
    return [
      .clusters: table(clusters.labels, best), .randomClusters: table(clusters.randomLabels, best),
      .randomNeurons: table(clusters.labels, drawn), .randomBoth: table(clusters.randomLabels, drawn),
      .pseudoTasks: pseudo,
    ]
  }

  /// The units in the order of their scores for tasks that have other rows.
  func orders(of members: [[Int]]) -> TaskOrders {
    TaskOrders(importance.grid, scores: members.map(importance.score))
  }

  // MARK: Against controls

  /// The mean overlap of tasks against pseudo-tasks: the smaller, the fewer units tasks have in common.
  var overlapTest: ShareTest { ShareTest(overlaps.map(\.mean), draws: pseudo.overlaps, isGreater: false) }

  /// The mean score of a task's units, `[share]`.
  var meanSpecificities: [Double] { specificities.map { $0.reduce(0, +) / Double($0.count) } }

  /// The mean score of a task's units against that of pseudo-tasks' units.
  var specificityTest: ShareTest { ShareTest(meanSpecificities, draws: pseudo.specificities, isGreater: true) }

  /// The mean concentration of the tasks' units, `[share]`.
  package var meanConcentrations: [Double] { concentrations[.clusters]?.means ?? [] }

  /// The mean concentration of tasks' units against that of pseudo-tasks.
  var concentrationTest: ShareTest {
    ShareTest(meanConcentrations, draws: pseudo.concentrations, isGreater: true)
  }

  /// The mean concentration of tasks' units against that in random clusters.
  var shuffledTest: ShareTest { ShareTest(meanConcentrations, draws: pseudo.shuffled, isGreater: true) }
}
