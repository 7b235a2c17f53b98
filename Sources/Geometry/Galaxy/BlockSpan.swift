import Basics
import LinearAlgebra
import MessagePassing

/// The share of a cloud's variance that lies in the span of indicators of blocks of components: vectors that are 1 in a
/// block and 0 elsewhere.
///
/// A shift that is even within each block lies in it as a whole. The null permutes the components, so that blocks are
/// of as many components as before, chosen at random.
public struct BlockSpan: Sendable {
  /// How many directions the span has.
  public let rank: Int
  /// How many the cloud's space has: an isotropic cloud has `rank` / `dimension` of its variance in the span.
  public let dimension: Int
  /// The share of the cloud's variance in the span, beside that with components permuted.
  public let share: NullComparison

  /// `blocks` may overlap; nil where there are none, or where they span the whole space, which says nothing of the
  /// cloud. 2 · dimension² · rank operations a draw, which are shared over the ranks of `sharing`. Collective.
  public init?(
    _ blocks: some Sequence<Range<Int>>, of components: PrincipalComponents, drawCount: Int = 99, seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    let dimension = components.mean.count
    let basis = BlockSpan.basis(Set(blocks), dimension: dimension)
    guard components.rank > 0, basis.columns > 0, basis.columns < dimension else { return nil }
    let variances = components.eigenvalues.prefix(components.rank)
    let total = variances.reduce(0, +)
    let directions = components.directions.transposed
    func share(_ basis: DoubleMatrix) -> Double {
      let products = directions.times(basis)
      return variances.enumerated().reduce(0) { sum, variance in
        sum + variance.element * products[row: variance.offset].reduce(0) { $0 + $1 * $1 }
      } / total
    }
    let draws = try sharing.draws("the span of row blocks", drawCount, width: 1) { draw in
      var random = RandomStream(seed: seed, stream: .components, index: draw)
      return [share(basis[rows: random.permutation(dimension)])]
    }
    rank = basis.columns
    self.dimension = dimension
    self.share = NullComparison(share(basis), draws: draws.map { $0[0] })
  }

  /// Orthonormal columns, `[dimension, rank]`, by the method of Gram and Schmidt, in the order of the blocks.
  private static func basis(_ blocks: Set<Range<Int>>, dimension: Int) -> DoubleMatrix {
    // Each column, and where alone it is not 0.
    var columns: [(values: [Double], extent: Range<Int>)] = []
    for block in blocks.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      precondition(block.lowerBound >= 0 && block.upperBound <= dimension, "blocks of the cloud's components")
      guard !block.isEmpty, columns.count < dimension else { continue }
      var (values, extent) = ((0..<dimension).map { block.contains($0) ? 1.0 : 0 }, block)
      // Twice, so that rounding leaves no more than it must.
      for earlier in columns + columns where earlier.extent.overlaps(extent) {
        let product = earlier.extent.reduce(0) { $0 + values[$1] * earlier.values[$1] }
        for place in earlier.extent { values[place] -= product * earlier.values[place] }
        extent = min(extent.lowerBound, earlier.extent.lowerBound)..<max(extent.upperBound, earlier.extent.upperBound)
      }
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // What is left of a block that others span is rounding.
      if length > 1e-6 * Double(block.count).squareRoot() { columns.append((values.map { $0 / length }, extent)) }
    }
    var basis = DoubleMatrix(rows: dimension, columns: columns.count)
    for (number, column) in columns.enumerated() {
      for place in column.extent { basis[place, number] = column.values[place] }
    }
    return basis
  }
}
