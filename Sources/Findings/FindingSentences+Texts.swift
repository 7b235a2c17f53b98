import Foundation
import LinearAlgebra
import Statistics

extension FindingSentences {
  /// The findings on what mutants say, a family each.
  func texts(_ texts: TextFindings) -> [String] {
    [severity(texts), classes(texts), ties(texts), states(texts), destruction(texts), writers(texts)].compactMap(\.self)
  }

  /// The largest effects lead.
  private func severity(_ texts: TextFindings) -> String {
    let severity = texts.severity
    var tested = 0
    var found: [(effect: Double, words: String)] = []
    for entry in severity.entries {
      for (task, cell) in entry.tasks.enumerated() {
        for (quantity, measure) in zip(Severity.Quantity.allCases, cell.measures) {
          tested += measure.adjusted.isNaN ? 0 : 1
          guard measure.isFinding else { continue }
          let combination = entry.combination
          let effect = measure.comparison.effect
          found.append(
            (
              abs(effect),
              "\(place(combination.layer, combination.matrix)) by \(combination.kind.rawValue) on "
                + "\(texts.tables.texts.tasks[task]), \(effect > 0 ? "larger" : "smaller") \(quantity.words) "
                + "(Cliff's δ \(number(effect)))"
            ))
        }
      }
    }
    let examples = found.sorted { ($1.effect, $0.words) < ($0.effect, $1.words) }.map(\.words)
    return
      "Severity: layers, matrices and kinds whose mutants are further from the baseline than all others on a task, or "
      + "nearer to it, by ranks, of \(tested) comparisons \(told(found.count, examples))."
  }

  private func classes(_ texts: TextFindings) -> String {
    let entries = texts.classes.entries
    let total = entries.reduce(0) { $0 + $1.verdicts }
    let examples = entries.map { "\($0.name.text) (\(number(100 * Double($0.verdicts) / Double(max(total, 1)))) %)" }
    return "Texts: \(texts.tables.continuations.count) distinct continuations in classes, "
      + "\(told(entries.count, examples))\(mainTasks(texts.classes))."
  }

  /// How much of the classes the tasks make; with one task there is nothing to say.
  private func mainTasks(_ classes: PhenotypeClasses) -> String {
    let total = classes.entries.reduce(0) { $0 + $1.verdicts }
    guard let first = classes.entries.first, first.verdictsOfTask.count > 1, total > 0 else { return "" }
    let main = classes.entries.reduce(0) { $0 + ($1.verdictsOfTask.max() ?? 0) }
    return "; \(number(100 * Double(main) / Double(total))) % of the verdicts are of their class's main task"
  }

  private func ties(_ texts: TextFindings) -> String {
    let ties = texts.ties
    let tasks = texts.tables.texts.tasks
    func told(_ path: KeyPath<ClassTies.Entry, ClassTies.Tie>) -> String {
      let asked = ties.entries.filter { !$0[keyPath: path].effect.isNaN }
      guard !asked.isEmpty else { return "too little to ask" }
      let found = asked.filter { $0[keyPath: path].isFinding }
        .sorted { ($1[keyPath: path].effect, $0.task) < ($0[keyPath: path].effect, $1.task) }
      let examples = found.map { entry in
        let tie = entry[keyPath: path]
        let effect = "\(number(100 * tie.effect)) %, \(tie.probability.text)"
        return tasks.count > 1 ? "\(tasks[entry.task]) (\(effect))" : effect
      }
      // With one task nothing is said of tasks.
      guard tasks.count > 1 else { return examples.first ?? "no" }
      return "of \(asked.count) tasks \(self.told(found.count, examples))"
    }
    return
      "Classes made on each input by itself, the part of them that is told beyond chance: by what the mutation says on "
      + "other inputs, \(told(\.coherence)); by its layer, matrix and kind, \(told(\.combination))."
  }

  private func states(_ texts: TextFindings) -> String? {
    guard let (classes, agreement) = texts.states else { return nil }
    let entries = classes.entries
    let total = entries.reduce(0) { $0 + $1.verdicts }
    let examples = entries.map { "\($0.name.text) (\(number(100 * Double($0.verdicts) / Double(max(total, 1)))) %)" }
    let found = agreement.isFinding ? "agree" : "do not agree"
    return
      "States: \(classes.classifiedCount) distinct continuations in classes by the model's states, "
      + "\(told(entries.count, examples)); they \(found) with those by words beyond what inputs make (agreement beyond "
      + "it \(number(agreement.effect)), adjusted Rand index \(number(agreement.index)) against "
      + "\(number(agreement.mean)), \(agreement.probability.text))."
  }

  private func destruction(_ texts: TextFindings) -> String {
    let destruction = texts.destruction
    return "Destruction: \(destruction.counts.reduce(0, +)) mutations leave the model without sense on every input, "
      + "\(destruction.significantCounts.reduce(0, +)) of them beyond their matrix."
  }

  private func writers(_ texts: TextFindings) -> String {
    let writers = texts.writers
    let blocks = writers.tests.flatMap { $0.within + $0.across }
      .filter { $0.adjusted <= FalseDiscoveryRate.level }.sorted { $0.adjusted < $1.adjusted }
    let examples = blocks.map { block in
      let matrix = block.matrix.map { place($0.layer, $0.matrix) } ?? "across matrices"
      return "\(matrix) \(block.axis)s \(block.block.start)…\(block.block.start + block.block.size - 1) "
        + "(\(block.observed) against \(number(block.expected)))"
    }
    let counts = zip(Writers.Genre.allCases, writers.counts).map { "\($0.1) write \($0.0.rawValue)" }
    return
      "Writers: \(counts.joined(separator: ", ")) on two inputs or more where the baseline is plain; blocks with more "
      + "of them than their share, \(told(blocks.count, examples))."
  }
}

extension Severity.Quantity {
  fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
