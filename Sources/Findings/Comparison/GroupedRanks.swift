import Basics
import Statistics

/// Numbers of regions as ranks: among all of them, and within each matrix of a layer.
struct GroupedRanks {
  /// The ranks among all, less their mean.
  let overall: [Double]
  /// The ranks within the groups, over the sizes of these and less their means; 0 for a region that is alone.
  let within: [Double]
  private let squares: (overall: Double, within: Double)

  /// Takes a number for each region, and the groups that regions are ranked in.
  init(_ values: [Double], groups: [[Int]]) {
    let ranks = values.midRanks
    let mean = Double(values.count + 1) / 2
    overall = ranks.map { $0 - mean }
    var within = Array(repeating: 0.0, count: values.count)
    for group in groups where group.count > 1 {
      let own = group.map { values[$0] }.midRanks
      let middle = Double(group.count + 1) / 2
      for (place, region) in group.enumerated() {
        within[region] = (own[place] - middle) / Double(group.count + 1)
      }
    }
    self.within = within
    squares = (overall.reduce(0) { $0 + $1 * $1 }, within.reduce(0) { $0 + $1 * $1 })
  }

  /// Spearman's correlation with other numbers of the same regions, over all and within the groups; not a number where
  /// either does not vary.
  func correlations(with other: GroupedRanks) -> RankCorrelations { correlations(with: other) { $0 } }

  /// The same correlations where the region at each place has the other numbers of another region.
  func correlations(with other: GroupedRanks, source: (Int) -> Int) -> RankCorrelations {
    var products = (overall: 0.0, within: 0.0)
    for region in overall.indices {
      let place = source(region)
      products.overall += overall[region] * other.overall[place]
      products.within += within[region] * other.within[place]
    }
    func correlation(_ product: Double, _ one: Double, _ another: Double) -> Double {
      one > 0 && another > 0 ? min(1, max(-1, product / (one * another).squareRoot())) : .nan
    }
    return RankCorrelations(
      overall: correlation(products.overall, squares.overall, other.squares.overall),
      within: correlation(products.within, squares.within, other.squares.within))
  }
}

/// Spearman's correlation over all regions, and within each matrix of a layer.
public struct RankCorrelations: Equatable, Sendable {
  /// The correlation over all regions: layers and matrices make a part of it.
  public let overall: Double
  /// The correlation of ranks within matrix and layer, all of these together, of which layers and matrices explain
  /// nothing.
  public let within: Double
}
