import LinearAlgebra
import Transformer

/// The Jacobian J of one block at a place, `[hidden, hidden]`, rows being outputs, as a matrix or as products alone.
///
/// A matrix takes as many products with the block as the stream is wide, and then each vector 2 · hidden² operations;
/// without one every vector is pushed or pulled through the block.
final class ResidualJacobian {
  private let place: BlockPlace
  private let workspace: ProductWorkspace
  private let hidden: Int
  /// J as a matrix, its columns as rows: `[input, output]`.
  let columns: Matrix?
  /// The block itself; nil where there is a matrix and it is not needed any more.
  private var block: BlockJacobian?

  /// Vectors that are pushed through a block together, at most: enough to be fast, and panels of them are small.
  static let capacity = 192

  /// Takes the residual stream of the prompt before the block, `[tokens, hidden]`; without a matrix so many vectors are
  /// taken through the block together.
  init(
    _ pass: ForwardPass, _ place: BlockPlace, stream: MatrixView, isBuilt: Bool,
    capacity: Int = ResidualJacobian.capacity
  ) {
    self.place = place
    workspace = pass.workspace
    hidden = stream.columns
    let block = BlockJacobian(pass: pass, layer: place.layer, stream: stream, capacity: min(hidden, capacity))
    self.block = block
    columns = isBuilt ? ResidualJacobian.built(block, place, hidden: hidden) : nil
  }

  /// Lets the block go, where there is a matrix that does without.
  func releaseBlock() { if columns != nil { block = nil } }

  private static func built(_ block: BlockJacobian, _ place: BlockPlace, hidden: Int) -> Matrix {
    let columns = Matrix(rows: hidden, columns: hidden)
    for first in stride(from: 0, to: hidden, by: block.capacity) {
      let part = first..<min(first + block.capacity, hidden)
      let units = Matrix(rows: part.count, columns: hidden)
      for (row, unit) in part.enumerated() { units.view[row, unit] = 1 }
      block.multiply(units.view.reading, from: place.source, to: place.target, into: columns[rows: part])
    }
    if place.source == place.target { for unit in 0..<hidden { columns.view[unit, unit] -= 1 } }
    return columns
  }

  // MARK: Products

  /// J v for each row v, `[vectors, hidden]`.
  func multiply(_ vectors: MatrixView) -> Matrix {
    let result = Matrix(rows: vectors.rows, columns: hidden)
    if let columns {
      result.view.assignProduct(
        of: vectors, withTransposeOf: WeightView(columns.view.reading).transposed, in: workspace)
    } else {
      pushForward(vectors, into: result)
    }
    return result
  }

  /// Jᵀ u for each row u, `[vectors, hidden]`.
  func multiplyTransposed(_ vectors: MatrixView) -> Matrix {
    let result = Matrix(rows: vectors.rows, columns: hidden)
    if let columns {
      result.view.assignProduct(of: vectors, withTransposeOf: WeightView(columns.view.reading), in: workspace)
    } else {
      pullBack(vectors, into: result)
    }
    return result
  }

  /// J v by the block itself for each row v, whether there is a matrix or not.
  func pushForward(_ vectors: MatrixView, into result: Matrix) {
    through(vectors, into: result) { $0.multiply($1, from: place.source, to: place.target, into: $2) }
  }

  /// Jᵀ u by the block itself for each row u, whether there is a matrix or not.
  func pullBack(_ vectors: MatrixView, into result: Matrix) {
    through(vectors, into: result) { $0.multiplyTransposed($1, from: place.source, to: place.target, into: $2) }
  }

  private func through(
    _ vectors: MatrixView, into result: Matrix, _ body: (BlockJacobian, MatrixView, MutableMatrixView) -> Void
  ) {
    guard let block else { preconditionFailure("the block is still there") }
    for first in stride(from: 0, to: vectors.rows, by: block.capacity) {
      let part = first..<min(first + block.capacity, vectors.rows)
      body(block, vectors[rows: part], result[rows: part])
    }
    guard place.source == place.target else { return }
    for row in 0..<vectors.rows {
      let (products, own) = (result.view.row(row), vectors.row(row))
      for column in 0..<hidden { products[column] -= own[column] }
    }
  }

  // MARK: Decomposition

  /// The relative error at which the search for singular vectors ends where there is no matrix: some ten times the
  /// rounding of products.
  private static let tolerance = 1e-5

  /// The largest singular values with their vectors.
  func triples(_ count: Int) throws -> SingularTriples {
    if let columns {
      return try SingularTriples(of: DoubleMatrix(columns.view.reading).transposed, leading: count)
    }
    return try SingularTriples(
      rows: hidden, columns: hidden, leading: count, tolerance: ResidualJacobian.tolerance, seed: 0,
      multiply: { DoubleMatrix(self.multiply(Matrix($0).view.reading).view.reading) },
      multiplyTransposed: { DoubleMatrix(self.multiplyTransposed(Matrix($0).view.reading).view.reading) })
  }

  // MARK: Operations

  /// Whether it pays to have J as a matrix where `leading` triples of `count` Jacobians are compared with each other
  /// and with `random` random vectors: a matrix takes as many products with the block as the stream is wide, and its
  /// decomposition; without it each vector takes a product.
  static func isBuilt(_ shape: HostShape, layer: Int, leading: Int, count: Int, random: Int) -> Bool {
    let (built, products) = operations(shape, layer: layer, leading: leading, count: count, random: random)
    return built <= products
  }

  /// Operations of decomposing and comparing one Jacobian with J as a matrix, and by products alone.
  static func operations(
    _ shape: HostShape, layer: Int, leading: Int, count: Int, random: Int
  ) -> (built: Double, products: Double) {
    let (d, r) = (Double(shape.hiddenSize), Double(leading))
    let one = 2 * shape.blocks[layer].matrixElements
    let vectors = Double(2 * leading * count + random)
    let search = 2 * Double(SingularTriples.expectedProducts(leading, columns: shape.hiddenSize))
    return (
      built: d * one + 10 / 3 * d * d * d + 6 * d * d * r + 2 * d * d * vectors, products: (search + vectors) * one
    )
  }
}
