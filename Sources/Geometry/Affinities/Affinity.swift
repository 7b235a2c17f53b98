import LinearAlgebra
import MessagePassing

/// A symmetric matrix of affinities of at least 0 between points, which need not be in memory: all that spectral
/// clustering asks of it is to be multiplied.
///
/// Its diagonal is 0: what a point is to itself joins it to none (as in SciPy's `csgraph.laplacian`).
public protocol Affinity: Sendable {
  /// The number of points, which is the matrix's order.
  var count: Int { get }

  /// Columns that a product takes at little more than the cost of one.
  var blockWidth: Int { get }

  /// Some rows of the matrix times `block`, `[count, width]`: `[rows, width]`. A row of the product does not depend on
  /// which others are asked for.
  func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix

  /// The sets of points that affinities above 0 join. Collective.
  func components(sharing: Sharing) throws -> Components
}

extension Affinity {
  /// 32 columns, unless an affinity knows better.
  public var blockWidth: Int { 32 }

  /// Finds the components by products with the affinity itself.
  public func components(sharing: Sharing) throws -> Components { try Components(of: self, sharing: sharing) }
}
