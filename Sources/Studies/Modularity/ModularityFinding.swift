import Drawing
import Foundation
import LinearAlgebra

/// What a study of modularity says in sentences: whether tasks have units of their own, whether these sit together, and
/// whether a task can be pruned alone, each beside its controls.
package struct ModularityFinding {
  private let results: ModularityResults
  private var study: Modularity { results.study }

  private static let level = 0.05

  /// Judges what was found.
  package init(_ results: ModularityResults) { self.results = results }

  /// A sentence for each claim, whether it holds or not.
  package var sentences: [String] {
    [ownership, overlap, togetherness] + (results.pruned.isEmpty ? [] : study.goals.indices.map(pruning))
  }

  // MARK: Claims

  /// Whether tasks have units of their own, which do more on their rows than pseudo-tasks' units on theirs.
  package var hasOwnUnits: Bool { isBeyond(results.own.specificityTest) }

  /// Whether tasks have fewer units in common than pseudo-tasks.
  package var hasFewInCommon: Bool { isBeyond(results.own.overlapTest) }

  /// Whether the units of a task sit together beyond random clusters.
  package var sitTogether: Bool { isBeyond(results.own.shuffledTest) }

  /// Whether they do so beyond pseudo-tasks, at a share at which they also do beyond random clusters.
  package var sitTogetherByTask: Bool { placeOfBoth != nil }

  /// Of the shares at which the units of a task sit together beyond random clusters and beyond pseudo-tasks, the one
  /// farthest beyond pseudo-tasks.
  private var placeOfBoth: Int? {
    let (pseudo, shuffled) = (results.own.concentrationTest, results.own.shuffledTest)
    return study.percents.indices
      .filter { place in
        [pseudo, shuffled].allSatisfy { corrected($0.probabilities[place].value) <= Self.level }
      }
      .max { pseudo.scores[$0] < pseudo.scores[$1] }
  }

  /// Whether a task loses more than the others where its units go, beyond pseudo-tasks, at each goal.
  package var isSelective: [Bool] {
    guard !results.pruned.isEmpty else { return [] }
    return study.goals.indices.map { corrected(results.selectivityProbability($0)) <= Self.level }
  }

  private func isBeyond(_ test: ShareTest) -> Bool { test.probability(claims: study.claims) <= Self.level }

  private func corrected(_ probability: Double) -> Double {
    probability.isNaN ? .nan : min(1, Double(study.claims) * probability)
  }

  // MARK: Units of their own

  private var ownership: String {
    let test = results.own.specificityTest
    let place = test.best
    let numbers =
      "with \(share(place)) of all units for each, a task's units do \(Numeral.number(test.values[place])) times as "
      + "much on its rows as on all, and those of pseudo-tasks, to which the same rows are dealt anew, "
      + "\(Numeral.number(test.means[place])) times: \(times(test.effects[place])) (\(chance(test, place)); "
      + "\(correction))"
    guard hasOwnUnits else { return "That tasks have units of their own does not survive pseudo-tasks: \(numbers)." }
    return "Tasks have units of their own beyond pseudo-tasks: \(numbers). "
      + training(\.specificityTest, results.specificityTraining, place, times)
  }

  private var overlap: String {
    let test = results.own.overlapTest
    let place = test.best
    func mean(_ matrices: [[[Double]]]) -> String { Numeral.share(self.mean(TaskOverlap.others(matrices[place]))) }
    let numbers =
      "with \(share(place)) of all units for each, two tasks have \(Numeral.share(test.values[place])) of theirs in "
      + "common on average and pseudo-tasks \(Numeral.share(test.means[place])): \(points(test.effects[place])) "
      + "(\(chance(test, place)); \(correction)), where chance is \(Numeral.share(results.chance[place])), within "
      + "layers \(mean(results.own.withinLayers)) and at equal magnitude \(mean(results.own.rateMatched))"
    guard hasFewInCommon else {
      return "That tasks have few units in common does not survive pseudo-tasks: \(numbers)."
    }
    return "Tasks have fewer units in common than pseudo-tasks: \(numbers). "
      + training(\.overlapTest, results.overlapTraining, place, points)
  }

  /// What an untrained host shows of a finding, and whether that is all.
  private func training(
    _ test: (TaskStructure) -> ShareTest, _ training: ShareTest?, _ place: Int, _ write: (Double) -> String
  ) -> String {
    guard let other = results.untrained.map(test), let training else {
      return "No untrained host was compared, so that this may be the architecture's and not the training's."
    }
    let numbers =
      "an untrained host has \(write(other.effects[place])) on the same deals, "
      + "which leaves \(write(training.effects[place])) to training (\(chance(training, place)), corrected likewise)"
    return corrected(training.probabilities[place].value) <= Self.level
      ? "It survives the untrained host: \(numbers)." : "It does not survive the untrained host: \(numbers)."
  }

  // MARK: Clusters

  private var togetherness: String {
    let (pseudo, shuffled) = (results.own.concentrationTest, results.own.shuffledTest)
    let place = placeOfBoth ?? shuffled.best
    let random =
      "\(Numeral.number(shuffled.means[place])) (\(area(shuffled.effects[place])), \(chance(shuffled, place)))"
    let dealt = "\(Numeral.number(pseudo.means[place])) (\(area(pseudo.effects[place])), \(chance(pseudo, place)))"
    let numbers =
      "with \(share(place)) of each layer's units for a task their concentration in \(study.clusters) clusters of "
      + "weights is \(Numeral.number(pseudo.values[place])), in random clusters \(random), and that of pseudo-tasks' "
      + "units \(dealt); \(correction)"
    guard sitTogether else {
      return "That the units of a task sit together does not survive random clusters: \(numbers)."
    }
    guard sitTogetherByTask else {
      return "That the units of a task sit together does not survive pseudo-tasks: \(numbers). Units that do much "
        + "together may sit together, tasks or not.\(untrainedClusters(place))"
    }
    return "The units of a task sit together beyond random clusters and pseudo-tasks: \(numbers). "
      + training(\.concentrationTest, results.concentrationTraining, place, area)
  }

  private func untrainedClusters(_ place: Int) -> String {
    guard let other = results.untrained?.shuffledTest else { return "" }
    return " In an untrained host it is \(Numeral.number(other.values[place])), in random clusters "
      + "\(Numeral.number(other.means[place])) (\(chance(other, place)))."
  }

  // MARK: Pruning

  private func pruning(_ goal: Int) -> String {
    let tasks = results.pruned[0]
    let removed = tasks.removed[goal].filter { $0 >= 0 }
    guard let least = removed.min(), let most = removed.max() else {
      return "No task can be pruned: of no task's targets a single one is the model's first choice."
    }
    let own = tasks.kept[goal].indices.map { tasks.kept[goal][$0][$0] }
    let above = own.count { $0 > study.goals[goal].value }
    let without = above > 0 ? " (\(above) of \(own.count) tasks keep more even without any unit)" : ""
    let pseudo = results.pruned.dropFirst().map { $0.selectivity[goal] }
    let numbers =
      "where \(Numeral.count(least)) to \(Numeral.count(most)) of \(Numeral.count(results.own.importance.grid.count)) "
      + "units go until a task keeps at most \(Numeral.tick(study.goals[goal].value)) of its accuracy\(without), it "
      + "keeps \(Numeral.share(mean(own))) and the others \(Numeral.share(mean(TaskOverlap.others(tasks.kept[goal])))) "
      + "on average: \(points(tasks.selectivity[goal]))"
    let found = corrected(results.selectivityProbability(goal))
    guard found.isFinite else {
      return "Whether a task can be pruned alone cannot be told without deals of pseudo-tasks: \(numbers)."
    }
    let deals = Numeral.items(pseudo.count, "deal")
    let test =
      "pseudo-tasks, to which texts are dealt anew, have \(points(mean(pseudo))), p = \(Numeral.chance(found)) by the "
      + (CrossPruning.isSpread(pseudo) ? "spread of \(deals), a t test" : "number of \(deals) that do not differ")
      + ", corrected for \(claims)"
    return found <= Self.level
      ? "A task can be pruned alone, beyond pseudo-tasks: \(numbers) (\(test))."
      : "That a task can be pruned alone does not survive pseudo-tasks: \(numbers) (\(test))."
  }

  // MARK: Words

  /// The mean of what is a number.
  private func mean(_ values: [Double]) -> Double {
    let known = values.filter(\.isFinite)
    return known.reduce(0, +) / Double(known.count)
  }

  private func share(_ place: Int) -> String { Numeral.tick(study.percents[place].value) }

  /// A difference of shares in points of percent.
  private func points(_ value: Double) -> String { signed(100 * value, "%.1f") + " points" }

  private func times(_ value: Double) -> String { signed(value, "%.2f") }

  private func area(_ value: Double) -> String { signed(value, "%.3f") }

  private func signed(_ value: Double, _ format: String) -> String {
    (value > 0 ? "+" : "") + String(format: format, value).replacing("-", with: "−")
  }

  /// A probability among deals, corrected for all that is claimed.
  private func chance(_ test: ShareTest, _ place: Int) -> String {
    let found = test.probabilities[place]
    return "p \(found.isLeast ? "≤" : "=") \(Numeral.chance(corrected(found.value)))"
  }

  private var correction: String {
    "\(Numeral.items(study.draws, "draw")), corrected for \(Numeral.items(study.percents.count, "share")) and \(claims)"
  }

  private var claims: String { Numeral.items(study.claims, "claim") }
}
