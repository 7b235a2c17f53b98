import LinearAlgebra

/// How features fire together, in the order of their lobes: the mean phi of pairs of features from two bins, each of
/// some features of one lobe.
///
/// Phi is not cut. With at most as many features as bins, each is a bin of its own. Features without a lobe, and those
/// that never or always fire, are left out.
public struct CofiringBlocks: Sendable {
  /// The lobe of each bin, ascending.
  public let lobes: [Int]
  /// How many features each bin stands for.
  public let sizes: [Int]
  /// The mean phi of each two bins, `[bins, bins]`; on the diagonal over pairs of different features, not a number for
  /// a bin of one.
  public let values: DoubleMatrix

  /// Documents that are summed at a time.
  private static let chunk = 4096

  /// At most `limit` bins, or one for each lobe if these are more. Pairs are not formed: the mean of a block is a
  /// product of sums over bins, so that the time is 2 · bins² · documents operations.
  public init(_ record: FiringRecord, labels: [Int32], limit: Int = 512) {
    precondition(labels.count == record.featureCount, "a label for each feature")
    let (sizes, documents) = (record.counts, Double(record.documentCount))
    let kept = labels.indices.filter { labels[$0] >= 0 && sizes[$0] > 0 && sizes[$0] < record.documentCount }
    let bins = CofiringBlocks.bins(of: kept, labels: labels, limit: limit)
    lobes = bins.map { Int(labels[$0[0]]) }
    self.sizes = bins.map(\.count)
    var places = Array(repeating: -1, count: record.featureCount)
    for (bin, own) in bins.enumerated() { for feature in own { places[feature] = bin } }
    let scales = sizes.map { 1 / FiringMeasure.spread(Double($0), documents: documents) }
    let means = bins.map { own in own.reduce(0) { $0 + Double(sizes[$1]) * scales[$1] } }
    var sums = DoubleMatrix(rows: bins.count, columns: bins.count)
    let features = record.transposed
    for some in (0..<record.documentCount).pieces(of: CofiringBlocks.chunk) {
      var fires = DoubleMatrix(rows: bins.count, columns: some.count)
      for document in some {
        for feature in features[feature: document].lazy.map(Int.init) where places[feature] >= 0 {
          fires[places[feature], document - some.lowerBound] += scales[feature]
        }
      }
      let products = fires.timesTranspose(fires)
      for place in sums.values.indices { sums.values[place] += products.values[place] }
    }
    for row in bins.indices {
      for column in bins.indices {
        // The phi of a feature with itself is 1.
        let own = row == column ? bins[row].count : 0
        let pairs = bins[row].count * bins[column].count - own
        let total = documents * sums[row, column] - means[row] * means[column] - Double(own)
        sums[row, column] = pairs > 0 ? total / Double(pairs) : .nan
      }
    }
    values = sums
  }

  /// Features of one lobe behind those of the one before, in bins as even as may be.
  private static func bins(of features: [Int], labels: [Int32], limit: Int) -> [[Int]] {
    let lobes = Dictionary(grouping: features) { labels[$0] }.sorted { $0.key < $1.key }
    let spare = max(0, limit - lobes.count)
    return lobes.flatMap { _, own in
      let count = features.count <= limit ? own.count : min(own.count, 1 + spare * own.count / features.count)
      return (0..<count).map { Array(own[own.count * $0 / count..<own.count * ($0 + 1) / count]) }
    }
  }
}
