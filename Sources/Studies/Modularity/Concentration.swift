import Basics

/// How far units of a layer fill few clusters.
package enum Concentration {
  /// The area under the counts of units in clusters, fullest first, cumulated: Σ_{i<X} y_i / (X y_X) with y_0 = 0,
  /// where X is the number of the units or that of the clusters, whichever is less.
  package static func area(_ counts: [Int], of unitCount: Int) -> Double {
    let reach = min(unitCount, counts.count)
    var (sum, height) = (0, 0)
    for count in counts.sorted(by: >).prefix(reach) {
      sum += height
      height += count
    }
    return Double(sum) / Double(reach * height)
  }

  /// The areas of the first shares of a layer's units in an order, `[share]`; `labels` is the cluster of each unit.
  package static func areas(_ order: [Int], _ labels: [Int32], clusterCount: Int, shares: [Fraction]) -> [Double] {
    var counts = [Int](repeating: 0, count: clusterCount)
    var taken = 0
    return shares.map { share in
      let count = share.share(of: order.count)
      for unit in order[taken..<max(taken, count)] { counts[Int(labels[unit])] += 1 }
      taken = count
      return area(counts, of: count)
    }
  }

  /// The area of so many units that fill whole clusters.
  package static func packed(_ count: Int, of units: Int, clusterCount: Int) -> Double {
    var counts = [Int](repeating: 0, count: clusterCount)
    for unit in 0..<count { counts[unit * clusterCount / units] += 1 }
    return area(counts, of: count)
  }
}

/// The areas of tasks' units in the clusters of some layers.
struct ConcentrationTable: Equatable, Sendable {
  /// The areas, `[share][layer · tasks + task]`.
  let areas: [[Double]]

  /// Takes the units of a layer in their order for a task from `order`, and the clusters of units from `labels`, the
  /// layers numbered as in `labels`.
  init(
    _ labels: [[Int32]], tasks: Int, clusterCount: Int, shares: [Fraction],
    order: (_ layer: Int, _ task: Int) -> [Int]
  ) {
    var areas = [[Double]](repeating: [], count: shares.count)
    for layer in labels.indices {
      for task in 0..<tasks {
        let own = Concentration.areas(
          order(layer, task), labels[layer], clusterCount: clusterCount, shares: shares)
        for (share, area) in own.enumerated() { areas[share].append(area) }
      }
    }
    self.areas = areas
  }

  /// Takes the areas out of numbers, share by share.
  init(numbers: some Collection<Double>, shares: Int) {
    let (numbers, size) = (Array(numbers), numbers.count / shares)
    areas = (0..<shares).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
  }

  /// The mean over layers and tasks, `[share]`.
  var means: [Double] { areas.map { $0.reduce(0, +) / Double($0.count) } }
}
