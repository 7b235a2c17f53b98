import Drawing

extension WordClasses {
  /// The classes, and whether mutations predict them.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    guard let texts = screen.texts else { return [] }
    return [
      "What mutants say falls into \(Numeral.items(classes.entries.count, "class", "classes")) of like words"
        + "\(classes.examples)\(mainTasks)."
    ] + tieSentences(texts.tables.texts.tasks)
  }

  /// How much of the classes the tasks make; with one task there is nothing to say.
  private var mainTasks: String {
    let entries = classes.entries
    let total = entries.reduce(0) { $0 + $1.verdicts }
    guard let first = entries.first, first.verdictsOfTask.count > 1, total > 0 else { return "" }
    let main = entries.reduce(0) { $0 + ($1.verdictsOfTask.max() ?? 0) }
    return ". \(Numeral.share(Double(main) / Double(total))) of the verdicts are of their class's main task"
  }

  private func tieSentences(_ tasks: [String]) -> [String] {
    let questions: [(KeyPath<ClassTies.Entry, ClassTies.Tie>, String)] = [
      (\.coherence, "What the same mutation says on other inputs"),
      (\.combination, "The mutation's layer, matrix and kind"),
    ]
    return questions.compactMap { path, source in
      let asked = ties.entries.filter { !$0[keyPath: path].effect.isNaN }
      guard !asked.isEmpty else { return nil }
      let found = asked.filter { $0[keyPath: path].isFinding }.sorted {
        ($1[keyPath: path].effect, $0.task) < ($0[keyPath: path].effect, $1.task)
      }
      let examples = found.map { entry in
        let tie = entry[keyPath: path]
        return
          "\(tasks.count > 1 ? tasks[entry.task].cut(40) + ", " : "")\(Numeral.share(tie.effect)) of the entropy "
          + "(\(Sentence.probability(tie.probability)))"
      }
      let verb = found.isEmpty ? "does not predict" : "predicts"
      let count = tasks.count > 1 ? "on \(found.count) of \(Numeral.items(asked.count, "task"))" : ""
      return
        "\(source) \(verb) the class of a text\(found.isEmpty || count.isEmpty ? "" : " " + count), where classes are "
        + "made on each input by itself (permutation test of mutual information)\(Sentence.examples(examples))."
    }
  }
}

extension PhenotypeClasses {
  /// The largest classes with their shares of the verdicts.
  var examples: String {
    let total = entries.reduce(0) { $0 + $1.verdicts }
    return Sentence.examples(
      entries.map { "\($0.name.text) (\(Numeral.share(Double($0.verdicts) / Double(max(total, 1)))))" })
  }
}
