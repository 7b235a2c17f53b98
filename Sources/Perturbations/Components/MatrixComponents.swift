import LinearAlgebra
import Transformer

/// Components of one matrix, of which it has the sum a₁v₁ᵀ + a₂v₂ᵀ + … in itself: singular ones, where a is σ u, or
/// those of a file.
package struct MatrixComponents: Sendable {
  /// a as rows, `[count, out]`.
  private let left: DoubleMatrix
  /// v as rows, `[count, in]`.
  private let right: DoubleMatrix
  /// The size ‖a‖ · ‖v‖ of each component, which is its singular value, `[count]`.
  package let sizes: [Double]

  /// Takes a and v of each component as rows.
  init(left: DoubleMatrix, right: DoubleMatrix) {
    precondition(left.rows == right.rows, "both vectors of each component")
    self.left = left
    self.right = right
    func length(_ row: ArraySlice<Double>) -> Double { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    sizes = (0..<left.rows).map { length(left[row: $0]) * length(right[row: $0]) }
  }

  /// The `count` largest singular components of a matrix; see `StoredMatrix.singularTriples`.
  init(of weight: StoredMatrix, count: Int, seed: UInt64) throws {
    let triples = try weight.singularTriples(count, seed: seed)
    var left = triples.left
    for row in 0..<left.rows {
      for column in 0..<left.columns { left[row, column] *= triples.values[row] }
    }
    self.init(left: left, right: triples.right)
  }

  /// What is added to the matrix where a component is added `times` times more, as float32 vectors: times · a,
  /// `[out, 1]`, and v, `[1, in]`.
  package func change(_ component: Int, by times: Double) -> (left: Matrix, right: Matrix) {
    let (a, v) = (left[row: component], right[row: component])
    return (
      Matrix(DoubleMatrix(rows: a.count, columns: 1, values: a.map { times * $0 })),
      Matrix(DoubleMatrix(rows: 1, columns: v.count, values: Array(v)))
    )
  }
}

extension StoredMatrix {
  /// The largest error ‖Wᵀu − σv‖ of singular triples, over the largest singular value.
  package static let singularError = 1e-6
  /// Rows that are widened at a time.
  static let panelRows = 256

  /// The `count` largest singular triples of the matrix, with an error of at most `singularError`, by block Krylov
  /// search in double precision: a function of the weights and the seed alone, provided that BLAS uses one thread.
  ///
  /// The space of the search grows to some ten times `count` vectors where singular values fall slowly, as they do in
  /// trained models; each is one product with the matrix and one with its transpose.
  package func singularTriples(_ count: Int, seed: UInt64) throws -> SingularTriples {
    try SingularTriples(
      rows: rows, columns: columns, leading: count, tolerance: StoredMatrix.singularError, seed: seed,
      multiply: { vectors in
        var images = DoubleMatrix(rows: vectors.rows, columns: rows)
        forEachPanel { first, panel in
          let part = vectors.timesTranspose(panel)
          for row in 0..<part.rows {
            for column in 0..<part.columns { images[row, first + column] = part[row, column] }
          }
        }
        return images
      },
      multiplyTransposed: { vectors in
        var images = DoubleMatrix(rows: vectors.rows, columns: columns)
        forEachPanel { first, panel in
          let part = vectors[columns: first..<first + panel.rows].times(panel)
          for place in part.values.indices { images.values[place] += part.values[place] }
        }
        return images
      })
  }

  /// Hands over all rows in double precision, some at a time, with the number of their first.
  private func forEachPanel(_ body: (_ first: Int, _ panel: DoubleMatrix) -> Void) {
    for first in stride(from: 0, to: rows, by: StoredMatrix.panelRows) {
      let part = first..<min(first + StoredMatrix.panelRows, rows)
      let panel = Matrix(rows: part.count, columns: columns)
      widen(rows: part, into: panel.view.base)
      body(first, DoubleMatrix(panel.view.reading))
    }
  }
}
