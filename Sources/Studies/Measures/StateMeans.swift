import Transformer

/// A hook that takes the mean of the residual stream behind one layer over the positions of each row: what the model
/// itself makes of a text.
final class StateMeans: Hook {
  /// The means of the rows, in their order, `[row][unit]`.
  private(set) var means: [[Double]] = []
  private let layer: Int
  private let firstPosition: Int

  /// Takes the positions from `firstPosition` on.
  init(layer: Int, from firstPosition: Int) {
    self.layer = layer
    self.firstPosition = firstPosition
  }

  func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(.residualAfter)] : [] }

  func visit(_ visit: Visit) {
    for range in visit.rows.ranges {
      let own = range.dropFirst(firstPosition)
      var sums = [Double](repeating: 0, count: visit.values.columns)
      for row in own {
        let values = visit.values.row(row)
        for unit in sums.indices { sums[unit] += Double(values[unit]) }
      }
      means.append(sums.map { $0 / Double(own.count) })
    }
  }
}
