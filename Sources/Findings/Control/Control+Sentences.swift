import Drawing

extension Control {
  /// The matrices and blocks in which a constant does more than the same amount with random signs.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let tested = entries.reduce(0) { $0 + $1.blocks.joined().count { $0.regionCount > 0 } }
    return [
      "A constant disturbs more than the same amount with random signs in \(Numeral.count(directed.count)) of "
        + "\(Numeral.items(entries.count, "matrix and kind", "matrices and kinds")), and in "
        + "\(Numeral.count(findings.count)) of \(Numeral.items(tested, "row and column block")) (McNemar's test)"
        + "\(Sentence.examples(examples)). What the control does as well is a matter of amount."
    ]
  }

  /// The blocks in words.
  var examples: [String] {
    findings.map { finding in
      let entry = entries[finding.entry]
      return
        "\(Sentence.place(entry.layer, entry.matrix)) \(finding.axis) block \(finding.block) by "
        + "\(entry.kind.rawValue) (\(Numeral.share(finding.contrast.first.share)) against "
        + "\(Numeral.share(finding.contrast.second.share)))"
    }
  }
}
