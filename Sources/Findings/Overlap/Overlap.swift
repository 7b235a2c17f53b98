import Perturbations
import Statistics

/// How alike inputs are in what they are sensitive to.
public struct Overlap: Sendable {
  /// Two inputs, in order.
  public struct Pair: Sendable {
    /// The number of the first input.
    public let first: Int
    /// The number of the second input.
    public let second: Int
    /// Mutations that are non-silent on both.
    public let both: Int
    /// Mutations that are non-silent on the first.
    public let onFirst: Int
    /// Mutations that are non-silent on the second.
    public let onSecond: Int
    /// The hypergeometric probability of at least as many on both.
    public let probability: Double
    /// The log odds ratio of being non-silent on one if the mutation is on the other.
    public let logOddsRatio: LogOddsRatio
    /// Pearson's correlation, over layers, of the shares of non-silent mutations.
    public let layers: Correlation
    /// Pearson's correlation, over regions, of the counts of non-silent verdicts.
    public let regions: Correlation

    /// Jaccard's coefficient: the mutations on both inputs over those on either, with Wilson's interval.
    public var jaccard: Proportion { Proportion(count: both, total: onFirst + onSecond - both) }
  }

  /// The number of inputs.
  public let inputCount: Int
  /// All pairs of inputs, the first running slowest.
  public let pairs: [Pair]
  /// For each pair the smallest false discovery rate at which it is a finding.
  public let adjusted: [Double]

  /// Compares every pair of inputs.
  public init(_ counts: ScreenCounts) {
    inputCount = counts.inputCount
    let shares = Overlap.layerShares(counts)
    let planes = counts.planes
    let sums = (0..<inputCount).map { planes.sums($0) }
    var pairs: [Pair] = []
    for first in 0..<inputCount {
      for second in first + 1..<max(inputCount, first + 1) {
        let (both, products) = planes.products(first, second)
        let (own, other) = (sums[first].sum, sums[second].sum)
        let rest = counts.mutationCount - own
        pairs.append(
          Pair(
            first: first, second: second, both: both, onFirst: own, onSecond: other,
            probability: TailProbability.hypergeometric(both, drawn: own, marked: other, total: counts.mutationCount),
            logOddsRatio: LogOddsRatio(
              of: Proportion(count: both, total: own), against: Proportion(count: other - both, total: rest)),
            layers: Correlation(shares[first], shares[second]),
            regions: Correlation(
              count: planes.regionCount, sums: (Double(own), Double(other)),
              squares: (Double(sums[first].squares), Double(sums[second].squares)), products: Double(products))))
      }
    }
    self.pairs = pairs
    adjusted = FalseDiscoveryRate.adjusted(pairs.map(\.probability))
  }

  /// The share of non-silent mutations of each layer, `[input][layer]`.
  private static func layerShares(_ counts: ScreenCounts) -> [[Double]] {
    let layers = counts.layers.map { layer in counts.combinations.filter { $0.layer == layer } }
    return (0..<counts.inputCount).map { input in
      layers.map { combinations in
        let total = combinations.reduce(0) { $0 + $1.mutationCount }
        return Double(combinations.reduce(0) { $0 + $1.nonSilent[input] }) / Double(max(total, 1))
      }
    }
  }
}

extension VerdictPlanes {
  /// Over regions, of an input's non-silent verdicts: their sum, and the sum of their squares.
  fileprivate func sums(_ input: Int) -> (sum: Int, squares: Int) {
    let squares = products(input, input)
    return (squares.both, squares.products)
  }

  /// Mutations that are non-silent on both inputs; and, over regions, the sum of the products of their counts.
  fileprivate func products(_ first: Int, _ second: Int) -> (both: Int, products: Int) {
    var (both, all) = (0, 0)
    for kind in kinds {
      for other in kinds {
        let common = common((kind, first), (other, second))
        all += common
        if kind == other { both += common }
      }
    }
    return (both, all)
  }
}
