import Basics
import LinearAlgebra
import MessagePassing

/// D^(−½) A D^(−½) of an affinity A with degrees D, the sums of its rows: its eigenvalues are at most 1, and 1 once for
/// each component (Ng, Jordan & Weiss 2002; von Luxburg 2007, "A tutorial on spectral clustering", proposition 4).
struct NormalizedAffinity<Base: Affinity> {
  let base: Base
  let sharing: Sharing
  /// The diagonal of D^(−½), `[count]`; 0 for a point without affinities.
  let scales: [Double]

  /// An error if affinities are no finite numbers. Collective.
  init(_ base: Base, sharing: Sharing) throws {
    self.base = base
    self.sharing = sharing
    let degrees = try sharing.product(of: base, with: DoubleMatrix(rows: base.count, columns: 1, repeating: 1))
    if let point = degrees.values.firstIndex(where: { !$0.isFinite }) {
      throw GeometryError(
        "adding up the affinities of point \(point) gave \(degrees.values[point]): look for what is no finite number "
          + "in its data"
      )
    }
    scales = degrees.values.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
  }

  /// Times vectors that are rows, `[vectors, count]`. Collective.
  func times(_ vectors: DoubleMatrix) throws -> DoubleMatrix {
    var block = vectors.transposed
    scaleRows(of: &block)
    var product = try sharing.product(of: base, with: block)
    scaleRows(of: &product)
    return product.transposed
  }

  /// The eigenvectors of value 1, one for each of the first components, as rows, `[components, count]`.
  func eigenvectors(of components: Components, count: Int) -> DoubleMatrix {
    var vectors = DoubleMatrix(rows: count, columns: base.count)
    for (point, component) in components.labels.enumerated() where component < count && scales[point] > 0 {
      vectors[Int(component), point] = 1 / scales[point]
    }
    for row in 0..<count {
      let length = vectors[row: row].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for point in 0..<base.count { vectors[row, point] /= length }
    }
    return vectors
  }

  /// Vectors of random numbers as rows, 0 for points without affinities.
  func directions(_ count: Int, seed: UInt64, index: Int) -> DoubleMatrix {
    var random = RandomStream(seed: seed, stream: .directions, index: index)
    var vectors = DoubleMatrix(rows: count, columns: base.count)
    for place in vectors.values.indices where scales[place % base.count] > 0 {
      vectors.values[place] = random.uniform() - 0.5
    }
    return vectors
  }

  private func scaleRows(of block: inout DoubleMatrix) {
    for row in 0..<block.rows {
      for place in row * block.columns..<(row + 1) * block.columns { block.values[place] *= scales[row] }
    }
  }
}
