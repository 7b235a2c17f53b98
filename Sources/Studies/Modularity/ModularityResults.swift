import Archive
import Perturbations

/// What a study of modularity found, on its host and on the controls.
package struct ModularityResults: Sendable {
  /// What was asked.
  let study: Modularity
  /// The tasks on the host.
  let own: TaskStructure
  /// The tasks on an untrained host; nil where none is compared.
  let untrained: TaskStructure?
  /// The tasks pruned, and behind them the pseudo-tasks of each deal; empty where nothing is pruned.
  let pruned: [CrossPruning]

  /// Takes what was found.
  package init(_ study: Modularity, _ own: TaskStructure, untrained: TaskStructure?, pruned: [CrossPruning]) {
    self.study = study
    self.own = own
    self.untrained = untrained
    self.pruned = pruned
  }

  /// The host and its control.
  var hosts: [TaskStructure] { [own] + (untrained.map { [$0] } ?? []) }

  /// The difference of the mean scores of tasks' units of the host and of the untrained one, on the same deals.
  var specificityTraining: ShareTest? {
    untrained.map { other in
      .difference(
        (own.meanSpecificities, own.pseudo.specificities), (other.meanSpecificities, other.pseudo.specificities),
        isGreater: true)
    }
  }

  /// The difference of the overlaps of the host and of the untrained one, on the same deals: negative where training
  /// has taken tasks apart.
  var overlapTraining: ShareTest? {
    untrained.map { other in
      .difference(
        (own.overlapTest.values, own.pseudo.overlaps), (other.overlapTest.values, other.pseudo.overlaps),
        isGreater: false)
    }
  }

  /// The same difference of the concentrations: positive where training has brought tasks' units together.
  var concentrationTraining: ShareTest? {
    untrained.map { other in
      .difference(
        (own.meanConcentrations, own.pseudo.concentrations),
        (other.meanConcentrations, other.pseudo.concentrations), isGreater: true)
    }
  }

  /// The probability of the selectivity at a goal by the deals of pseudo-tasks; not a number without two of these.
  func selectivityProbability(_ goal: Int) -> Double {
    CrossPruning.probability(pruned[0].selectivity[goal], pseudo: pruned.dropFirst().map { $0.selectivity[goal] })
  }

  // MARK: Units

  /// What is known of each unit.
  var columns: [StudyFindings.UnitColumn] {
    let grid = own.importance.grid
    let best = (0..<grid.count).map { unit in
      own.scores.indices.reduce(0) { own.scores[$1][unit] > own.scores[$0][unit] ? $1 : $0 }
    }
    var clusters = [Int](repeating: -1, count: grid.count)
    for (layer, labels) in zip(own.clusters.layers, own.clusters.labels) {
      for (unit, label) in labels.enumerated() { clusters[layer * grid.width + unit] = Int(label) }
    }
    func column(_ name: String, _ meaning: String, _ values: AnalysisGroup.Values) -> StudyFindings.UnitColumn {
      .init(Modularity.site, grid, "\(Modularity.name)_\(name)", meaning, values)
    }
    return [
      column("importance", "mean magnitude on the rows of all tasks", .numbers(own.importance.mix)),
      column(
        "score", "greatest score of a task: the mean magnitude on its rows over that on all",
        .numbers(best.enumerated().map { own.scores[$1][$0] })),
      column("task", "number of the task with the greatest score, from 0", .counts(best)),
      column("cluster", "cluster of the weights that the unit is in; -1 in layers without", .counts(clusters)),
    ]
  }
}
