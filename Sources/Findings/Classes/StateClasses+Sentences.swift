import Drawing

extension StateClasses {
  /// The classes, and how they agree with those by words.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    [
      "By the states of the model, \(Numeral.items(classes.classifiedCount, "different continuation")) "
        + "\(classes.classifiedCount == 1 ? "falls" : "fall") into "
        + "\(Numeral.items(classes.entries.count, "class", "classes"))\(classes.examples).",
      "These classes \(agreement.isFinding ? "agree" : "do not agree") with those by words beyond what inputs "
        + "explain: effect \(Numeral.number(agreement.effect)), adjusted Rand index "
        + "\(Numeral.number(agreement.index)) where \(Numeral.number(agreement.mean)) is expected (permutation test, "
        + "\(Sentence.probability(agreement.probability))).",
    ]
  }
}
