import Drawing

extension Enrichment {
  /// The enriched blocks by each of the three questions.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    func found(_ question: Question) -> String { Numeral.count(findings(question).count) }
    return [
      "\(found(.margins)) of \(Numeral.items(testCount(.margins), "row and column block")) hold more non-silent "
        + "verdicts "
        + "than the totals of the other axis explain (permutation test)\(examples(.margins)). That alone may be "
        + "arithmetic: random weights have such stripes too.",
      "\(found(.arithmetic)) stand above the line that most blocks of their axis follow (studentized residual)"
        + "\(examples(.arithmetic)).",
      "\(found(.alone)) stand above all other blocks of their axis\(examples(.alone)).",
    ]
  }

  private func examples(_ question: Question) -> String {
    Sentence.examples(
      findings(question).map { finding in
        let entry = entries[finding.entry]
        let share = entry.blocks[finding.axis.rawValue][finding.block].verdicts.share
        return
          "\(Sentence.place(entry.layer, entry.matrix)) \(finding.axis) block \(finding.block)"
          + (entry.kind.map { " by \($0.rawValue)" } ?? "")
          + " (\(Numeral.share(share)) where \(Numeral.share(finding.answer.expected)) is expected)"
      })
  }
}
