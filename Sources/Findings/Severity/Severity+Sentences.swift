import Drawing
import Statistics

extension Severity {
  /// The combinations that are unlike all others, the largest effects first, and answers that are lost.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    guard let (tested, examples) = comparisons(screen) else { return [] }
    return [
      "In severity, a layer, matrix and kind differs from all others on a task in \(Numeral.count(examples.count)) of "
        + "\(Numeral.items(tested, "comparison")) (Mann and Whitney's test)\(Sentence.examples(examples))."
    ] + answers
  }

  /// The number of comparisons, and those that are findings in words, the largest effects first; nil without texts.
  func comparisons(_ screen: ScreenMaterial) -> (tested: Int, examples: [String])? {
    guard let tasks = screen.texts?.tables.texts.tasks else { return nil }
    var tested = 0
    var found: [(effect: Double, words: String)] = []
    for entry in entries {
      for (task, cell) in entry.tasks.enumerated() {
        for (quantity, measure) in zip(Quantity.allCases, cell.measures) {
          tested += measure.adjusted.isNaN ? 0 : 1
          guard measure.isFinding else { continue }
          let (own, effect) = (entry.combination, measure.comparison.effect)
          let words =
            "\(Sentence.place(own.layer, own.matrix)) by \(own.kind.rawValue) on \(tasks[task].cut(40)), "
            + "\(effect > 0 ? "larger" : "smaller") \(quantity.rawValue.replacing("_", with: " ")) (Cliff's δ "
            + "\(Numeral.number(effect)))"
          found.append((abs(effect), words))
        }
      }
    }
    return (tested, found.sorted { ($1.effect, $0.words) < ($0.effect, $1.words) }.map(\.words))
  }

  private var answers: [String] {
    let lost = entries.reduce(Proportion()) { sum, entry in
      sum + entry.tasks.reduce(Proportion()) { $0 + $1.answersLost }
    }
    guard lost.total > 0 else { return [] }
    return [
      "Where the baseline gives the answer, \(Numeral.share(lost.share)) of the verdicts lose it "
        + "(\(Numeral.count(lost.count)) of \(Numeral.count(lost.total)))."
    ]
  }
}
