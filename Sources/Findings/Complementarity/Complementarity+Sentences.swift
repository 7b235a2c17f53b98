import Drawing

extension Complementarity {
  /// The complementary pairs.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    guard testCount > 0 else {
      return [
        "Nothing can be said of complementary pairs: no matrix was screened whole by maximum and minimum with enough "
          + "verdicts that differ."
      ]
    }
    return [
      "\(Sentence.are(findings.count, "pair")) complementary: where one block is sensitive to maximum, the other is to "
        + "minimum (permutation test of the best pairs of \(Numeral.items(testCount, "matrix axis", "matrix axes")))"
        + "\(Sentence.examples(examples))."
    ]
  }

  /// The complementary pairs in words.
  var examples: [String] {
    findings.map { pair in
      let isLeast = pair.permutations.value == pair.probability && pair.permutations.isLeast
      return
        "\(Sentence.place(pair.layer, pair.matrix)) \(pair.axis)s \(pair.first) and \(pair.second) (score "
        + "\(Numeral.number(pair.score)), p \(isLeast ? "≤" : "=") \(Numeral.chance(pair.probability)))"
    }
  }
}
