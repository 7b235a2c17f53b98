import LinearAlgebra
import MessagePassing

extension Sharing {
  /// Returns the matrix of affinities times `block`, `[count, width]`, on every rank; `block` has a row for each point.
  /// Collective.
  public func product(of affinity: some Affinity, with block: DoubleMatrix) throws -> DoubleMatrix {
    precondition(block.rows == affinity.count, "a block of \(affinity.count) rows")
    let width = block.columns
    let values = try rows(affinity.count, width: width, repeating: 0.0) { rows, target in
      let product = affinity.product(of: rows, with: block)
      product.values.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        target.update(from: source, count: rows.count * width)
      }
    }
    return DoubleMatrix(rows: affinity.count, columns: width, values: values)
  }
}
