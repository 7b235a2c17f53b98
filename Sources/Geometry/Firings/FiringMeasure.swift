/// How alike two features are in the documents that they fire on, from counts alone: of those that both fire on (n11),
/// of those of each (n1, n2), and of all (T). The five of Li et al. 2024, arXiv 2410.19750, §4.
public enum FiringMeasure: String, Sendable, CaseIterable {
  /// (n11 + n00) / T (Sokal & Michener 1958)
  case simpleMatching = "simple_matching"
  /// n11 / (n1 + n2 − n11) (Jaccard 1901)
  case jaccard
  /// 2 n11 / (n1 + n2) (Dice 1945)
  case dice
  /// n11 / min(n1, n2) (Simpson 1943)
  case overlap
  /// (T n11 − n1 n2) / √(n1 (T − n1) n2 (T − n2)), the correlation of the two (Yule 1912): below 0 where they avoid
  /// each other.
  case phi

  /// Not a number for features that never fire, and by phi also for one that always does.
  public func value(both: Int, first: Int, second: Int, documents: Int) -> Double {
    let (sizes, documents) = ((Double(first), Double(second)), Double(documents))
    let spreads = (
      FiringMeasure.spread(sizes.0, documents: documents), FiringMeasure.spread(sizes.1, documents: documents)
    )
    return value(both: Double(both), sizes: sizes, spreads: spreads, documents: documents)
  }

  /// √(n1 (T − n1))
  static func spread(_ size: Double, documents: Double) -> Double { (size * (documents - size)).squareRoot() }

  /// The measure from the documents on which both fire and what is known of each feature beforehand.
  @inline(__always)
  func value(both: Double, sizes: (Double, Double), spreads: (Double, Double), documents: Double) -> Double {
    switch self {
    case .simpleMatching: (documents - sizes.0 - sizes.1 + 2 * both) / documents
    case .jaccard: both / (sizes.0 + sizes.1 - both)
    case .dice: 2 * both / (sizes.0 + sizes.1)
    case .overlap: both / min(sizes.0, sizes.1)
    case .phi: (documents * both - sizes.0 * sizes.1) / (spreads.0 * spreads.1)
    }
  }
}
