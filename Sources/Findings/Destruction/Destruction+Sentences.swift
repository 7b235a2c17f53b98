import Drawing

extension Destruction {
  /// How many mutations are destructive.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let (all, significant) = (counts.reduce(0, +), significantCounts.reduce(0, +))
    guard all > 0 else { return ["No mutation leaves the model without sense on every input."] }
    return [
      "\(Numeral.items(all, "mutation leaves", "mutations leave")) the model without sense on every input, "
        + "\(Numeral.count(significant)) of them more than other mutations of the same layer, matrix and kind "
        + "(permutation test of the mean cosine)."
    ]
  }
}
