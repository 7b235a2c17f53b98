import Archive
import Basics

extension ModularityResults {
  /// The group of the file.
  func group(_ ground: StudyGround) -> AnalysisGroup {
    let grid = own.importance.grid
    return AnalysisGroup(
      name: Modularity.name, comment: comment(ground), findings: ModularityFinding(self).sentences,
      dimensions: [
        .init("host", labels: untrained == nil ? ["model"] : ["model", "untrained"]),
        .init("percent", values: study.percents.map(Modularity.percentValue)),
        .init("task", labels: study.tasks.map(\.name)), .init("other_task", labels: study.tasks.map(\.name)),
        .init("seed", values: study.seeds.map(Double.init)), .init("draw", length: study.draws),
        .init("layer", length: grid.layerCount), .init("unit", length: grid.width),
        .init("clustered_layer", values: own.clusters.layers.map(Double.init)),
        .init("arrangement", labels: Arrangement.allCases.map(\.rawValue)),
        .init("place", length: study.percents[0].share(of: grid.count)),
      ] + pruningDimensions,
      variables: overlapVariables + specificityVariables + unitVariables + clusterVariables + concentrationVariables
        + pruningVariables)
  }

  private func comment(_ ground: StudyGround) -> String {
    let texts = study.tasks.flatMap(\.texts)
    let tested = (study.evaluation ?? []).flatMap(\.texts)
    return
      "The score of a unit of \(Modularity.site.rawValue) for a task is its mean magnitude on the task's rows over "
      + "that on the rows of all tasks; the units of a task are the first percents by it, of all layers together for "
      + "overlaps, of each layer for concentrations. A ratio to the mix cannot be high for many tasks at once, so that "
      + "overlaps below chance are arithmetic: the null is pseudo-tasks, to which the same rows are dealt anew, as "
      + "many to each. Probabilities are corrected for the choice among percents by the greatest score of each deal, "
      + "and in the sentences for \(study.claims) claims. Clusters are balanced partitions of the rows of the weights "
      + "that make the units, each scaled to length 1; the nulls of concentrations are that of pseudo-tasks' units, "
      + "and that of the same units where the units of a layer change their clusters at random. A pruned task loses "
      + "its units, the best first, by bisection, until it keeps no more than the goal; pseudo-tasks are pruned "
      + "likewise, their texts dealt anew as well. Source: \(Modularity.source)."
      + ground.texts.overlapSentence(texts, as: "scores", tested, as: "pruned tasks")
  }

  typealias Variable = AnalysisGroup.Variable

  // MARK: Overlap

  private var overlapVariables: [Variable] {
    let (each, square) = (["host", "percent"], ["host", "percent", "task", "other_task"])
    let tests = hosts.map(\.overlapTest)
    func numbers(_ value: (TaskStructure) -> [Double]) -> AnalysisGroup.Values { .numbers(hosts.flatMap(value)) }
    func flat(_ matrices: [[[Double]]]) -> [Double] { matrices.flatMap { $0.flatMap { $0 } } }
    return [
      .init(
        "overlap", square, "share of a task's units that are another task's too",
        numbers { flat($0.overlaps.map(\.matrix)) }),
      .init("overlap_mean", each, "mean overlap of two tasks", numbers { $0.overlaps.map(\.mean) }),
      .init("overlap_median", each, "median overlap of two tasks", numbers { $0.overlaps.map(\.median) }),
      .init(
        "overlap_deviation", each, "population standard deviation of the overlaps of two tasks",
        numbers { $0.overlaps.map(\.deviation) }),
      .init("overlap_chance", ["percent"], "overlap of units drawn at random", .numbers(chance)),
      .init(
        "overlap_within_layers", square, "overlap expected where units are dealt anew within layers",
        numbers { flat($0.withinLayers) }),
      .init(
        "overlap_rate_matched", square,
        "overlap expected where units are dealt anew within twentieths of a layer by mean magnitude",
        numbers { flat($0.rateMatched) }),
      .init(
        "overlap_pseudo_tasks", each + ["seed"], "mean overlap of the pseudo-tasks of a seed",
        numbers { $0.pseudo.seedOverlaps.flatMap { $0 } }),
      .init(
        "overlap_draws", each + ["draw"], "mean overlap of the pseudo-tasks of a draw",
        numbers { $0.pseudo.overlaps.flatMap { $0 } }),
    ] + comparison("overlap", "mean overlap", "pseudo-tasks", tests, training: overlapTraining)
  }

  /// The overlap of units drawn at random, `[percent]`.
  var chance: [Double] {
    let count = own.importance.grid.count
    return study.percents.map { Double($0.share(of: count)) / Double(count) }
  }

  /// Null, effect and probability of a number on each host, and of what training adds.
  private func comparison(
    _ name: String, _ meaning: String, _ null: String, _ tests: [ShareTest], training: ShareTest? = nil
  ) -> [Variable] {
    let each = ["host", "percent"]
    let probability = "probability of its effect, corrected for all percents"
    let own: [Variable] = [
      .init("\(name)_null", each, "\(meaning) of \(null), over draws", .numbers(tests.flatMap(\.means))),
      .init("\(name)_effect", each, "\(meaning) less that of \(null)", .numbers(tests.flatMap(\.effects))),
      .init(
        "\(name)_p_value", each, "\(meaning): \(probability)",
        .numbers(tests.flatMap { $0.probabilities.map(\.value) })),
    ]
    guard let training else { return own }
    return own + [
      .init(
        "\(name)_training_effect", ["percent"], "effect less that of the untrained host", .numbers(training.effects)),
      .init(
        "\(name)_training_p_value", ["percent"], "effect less that of the untrained host: \(probability)",
        .numbers(training.probabilities.map(\.value))),
    ]
  }

  private var specificityVariables: [Variable] {
    let each = ["host", "percent"]
    return [
      .init(
        "specificity", each + ["task"],
        "mean score of a task's units: how many times as much they do on its rows as on all",
        .numbers(hosts.flatMap { $0.specificities.flatMap { $0 } })),
      .init(
        "specificity_mean", each, "mean score of the units of all tasks", .numbers(hosts.flatMap(\.meanSpecificities))),
      .init(
        "specificity_draws", each + ["draw"], "mean score of the pseudo-tasks' units of a draw",
        .numbers(hosts.flatMap { $0.pseudo.specificities.flatMap { $0 } })),
    ]
      + comparison(
        "specificity", "mean score", "pseudo-tasks", hosts.map(\.specificityTest), training: specificityTraining)
  }

  // MARK: Units and clusters

  private var unitVariables: [Variable] {
    let first = study.percents[0]
    return [
      .init(
        "importance", ["host", "layer", "unit"], "mean magnitude on the rows of all tasks",
        .numbers(hosts.flatMap(\.importance.mix))),
      .init(
        "score", ["task", "layer", "unit"], "mean magnitude on the task's rows over that on all",
        .numbers(own.scores.flatMap { $0 })),
      .init(
        "selected", ["host", "task", "place"],
        "units of the smallest percent, the best first, numbered through all layers",
        .counts(hosts.flatMap { $0.orders.selected(first).flatMap { $0 } })),
    ]
  }

  private var clusterVariables: [Variable] {
    let layers = ["host", "clustered_layer"]
    return [
      .init(
        "cluster", layers + ["unit"], "cluster of the unit, from 0",
        .counts(hosts.flatMap { $0.clusters.labels.flatMap { $0.map(Int.init) } })),
      .init(
        "objective", layers + ["seed"], "sum of squared distances of rows to the mean of their cluster",
        .numbers(hosts.flatMap { $0.clusters.objectives.flatMap { $0 } })),
      .init(
        "objective_best", layers, "the least of all seeds, whose clusters are used",
        .numbers(hosts.flatMap(\.clusters.best))),
      .init(
        "objective_random", layers, "the same sum of a random partition",
        .numbers(hosts.flatMap(\.clusters.randomObjectives))),
    ]
  }

  private var concentrationVariables: [Variable] {
    let each = ["host", "percent"]
    let grid = own.importance.grid
    let packed = study.percents.map {
      Concentration.packed($0.share(of: grid.width), of: grid.width, clusterCount: study.clusters)
    }
    let areas = hosts.flatMap { host in
      Arrangement.allCases.flatMap { host.concentrations[$0]?.areas.flatMap { $0 } ?? [] }
    }
    func draws(_ value: (PseudoTasks) -> [[Double]]) -> AnalysisGroup.Values {
      .numbers(hosts.flatMap { value($0.pseudo).flatMap { $0 } })
    }
    return [
      .init(
        "concentration", ["host", "arrangement", "percent", "clustered_layer", "task"],
        "area under the cumulated counts of a task's units in clusters, fullest first", .numbers(areas)),
      .init(
        "concentration_mean", each, "mean area of the tasks' units in the clusters of the weights",
        .numbers(hosts.flatMap(\.meanConcentrations))),
      .init("concentration_packed", ["percent"], "area of units that fill whole clusters", .numbers(packed)),
      .init(
        "concentration_draws", each + ["draw"], "mean area of the pseudo-tasks' units of a draw",
        draws(\.concentrations)),
      .init(
        "concentration_shuffled_draws", each + ["draw"],
        "mean area of the tasks' units in clusters whose units change places at random", draws(\.shuffled)),
    ]
      + comparison(
        "concentration", "mean area", "pseudo-tasks", hosts.map(\.concentrationTest),
        training: concentrationTraining)
      + comparison("concentration_shuffled", "mean area", "random clusters", hosts.map(\.shuffledTest))
  }

  // MARK: Pruning

  private var pruningDimensions: [AnalysisGroup.Dimension] {
    guard !pruned.isEmpty else { return [] }
    let goals = AnalysisGroup.Dimension("goal", values: study.goals.map(Modularity.percentValue))
    return [goals] + (pruned.count > 1 ? [.init("deal", length: pruned.count - 1)] : [])
  }

  private var pruningVariables: [Variable] {
    guard let tasks = pruned.first else { return [] }
    let (goal, square) = (["goal", "task"], ["goal", "task", "other_task"])
    return [
      .init(
        "accuracy", ["task"], "share of the targets of a task that are the unpruned model's first choice",
        .numbers(tasks.whole)),
      .init(
        "removed", goal, "units that go until a task keeps no more than the goal", missing: -1,
        .counts(tasks.removed.flatMap { $0 })),
      .init(
        "kept", square, "share of its accuracy that the other task keeps where the task is pruned",
        .numbers(tasks.kept.flatMap { $0.flatMap { $0 } })),
      .init(
        "selectivity", ["goal"], "mean of what other tasks keep more than the pruned one",
        .numbers(tasks.selectivity)),
    ] + dealtVariables(goal, square)
  }

  /// What pseudo-tasks keep, if some were pruned.
  private func dealtVariables(_ goal: [String], _ square: [String]) -> [Variable] {
    let pseudo = pruned.dropFirst()
    guard !pseudo.isEmpty else { return [] }
    return [
      .init(
        "removed_pseudo_tasks", ["deal"] + goal, "units that go until a pseudo-task keeps no more than the goal",
        missing: -1, .counts(pseudo.flatMap { $0.removed.flatMap { $0 } })),
      .init(
        "kept_pseudo_tasks", ["deal"] + square, "share of its accuracy that the other pseudo-task keeps",
        .numbers(pseudo.flatMap { $0.kept.flatMap { $0.flatMap { $0 } } })),
      .init(
        "selectivity_pseudo_tasks", ["deal", "goal"], "mean of what other pseudo-tasks keep more than the pruned one",
        .numbers(pseudo.flatMap(\.selectivity))),
      .init(
        "selectivity_p_value", ["goal"],
        "probability of the selectivity by the deals of pseudo-tasks, a t test, or by their number where they do not "
          + "differ",
        .numbers(study.goals.indices.map(selectivityProbability))),
    ]
  }
}
