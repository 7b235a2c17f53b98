import Drawing

extension Bias {
  /// The biased matrices.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    guard !entries.isEmpty else { return ["Nothing can be said of bias: maximum and minimum were not both screened."] }
    let examples = examples
    let leaning =
      leaningCount > examples.count
      ? " \(Numeral.items(leaningCount, "leans", "lean")) to one kind, most of them no more than their larger extreme "
        + "explains."
      : ""
    return [
      "\(Sentence.of(examples.count, entries.count, "matrix", "matrices", are: "biased")) towards maximum or minimum "
        + "(McNemar's test over regions, paired t tests over rows and columns, and the studentized residual from the "
        + "line of most matrices' extremes)\(Sentence.examples(examples)).\(leaning)"
    ]
  }

  /// The biased matrices in words, the largest effects first.
  var examples: [String] {
    findings.map { entries[$0] }.sorted { abs($0.effect) > abs($1.effect) }.map { entry in
      "\(Sentence.place(entry.layer, entry.matrix)) towards \(entry.effect > 0 ? "maximum" : "minimum") (effect "
        + "\(Numeral.number(entry.effect)))"
    }
  }
}
