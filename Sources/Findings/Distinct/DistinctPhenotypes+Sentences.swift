import Drawing

extension DistinctPhenotypes {
  /// How many continuations differ.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    [
      "The \(Numeral.items(nonSilent.reduce(0, +), "non-silent verdict")) are "
        + "\(Numeral.items(distinct.reduce(0, +), "different continuation"))."
    ]
  }
}
