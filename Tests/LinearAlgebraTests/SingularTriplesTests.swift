import Basics
import Foundation
import LinearAlgebra
import Testing

/// Singular triples by their definition, of matrices whose singular values are planted.
struct SingularTriplesTests {
  private func normals(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
    var random = RandomStream(seed: seed, stream: 2, index: 0)
    return random.normals(rows: rows, columns: columns)
  }

  /// A matrix of so many rows and columns with these singular values, and its left and right vectors as rows.
  private func planted(
    _ rows: Int, _ columns: Int, _ values: [Double], seed: UInt64
  ) throws -> (matrix: DoubleMatrix, left: DoubleMatrix, right: DoubleMatrix) {
    let left = try normals(values.count, rows, seed: seed).orthonormalRows()
    let right = try normals(values.count, columns, seed: seed + 100).orthonormalRows()
    return (left.transposeTimes(DoubleMatrix(diagonal: values).times(right)), left, right)
  }

  private func unitError(_ rows: DoubleMatrix) -> Double {
    let product = rows.timesTranspose(rows)
    let unit = DoubleMatrix(diagonal: Array(repeating: 1, count: rows.rows))
    return zip(product.values, unit.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// |u · planted u| and the same of v, of each triple.
  private func agreement(_ found: SingularTriples, _ left: DoubleMatrix, _ right: DoubleMatrix) -> [Double] {
    found.values.indices.flatMap { place in
      [(found.left, left), (found.right, right)].map { own, planted in
        abs(zip(own[row: place], planted[row: place]).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
  }

  private func krylov(_ matrix: DoubleMatrix, _ leading: Int, _ count: inout Int) throws -> SingularTriples {
    var products = 0
    let found = try SingularTriples(
      rows: matrix.rows, columns: matrix.columns, leading: leading, tolerance: 1e-9, seed: 5,
      multiply: { rows in
        products += rows.rows
        return rows.timesTranspose(matrix)
      }, multiplyTransposed: { $0.times(matrix) })
    count = products
    return found
  }

  @Test func rowsAreMadeOrthonormal() throws {
    let rows = normals(5, 9, seed: 1)
    let found = try rows.orthonormalRows()
    #expect(unitError(found) < 1e-14)
    // Each is a sum of the first rows, with a positive share of its own.
    let products = rows.timesTranspose(found)
    for row in 0..<5 {
      #expect(products[row, row] > 0)
      for later in row + 1..<5 { #expect(abs(products[row, later]) < 1e-13) }
    }
    // A row twice, and a row of zeros.
    var dependent = normals(4, 6, seed: 2)
    for column in 0..<6 { (dependent[1, column], dependent[3, column]) = (dependent[0, column], 0) }
    #expect(unitError(try dependent.orthonormalRows()) < 1e-14)
  }

  @Test(arguments: [(30, 20), (20, 30), (25, 25)]) func plantedTriplesAreFound(rows: Int, columns: Int) throws {
    let values = (0..<12).map { 100 * pow(0.6, Double($0)) }
    let (matrix, left, right) = try planted(rows, columns, values, seed: 3)
    let gram = matrix.transposeTimes(matrix)
    #expect(zip(matrix.gram.values, gram.values).allSatisfy { abs($0 - $1) < 1e-10 })
    let whole = try SingularTriples(of: matrix, leading: 8)
    var count = 0
    for found in [whole, try krylov(matrix, 8, &count)] {
      #expect(zip(found.values, values).allSatisfy { abs($0 / $1 - 1) < 1e-9 }, "\(found.values)")
      #expect(agreement(found, left, right).allSatisfy { $0 > 1 - 1e-9 })
      #expect(unitError(found.left) < 1e-12 && unitError(found.right) < 1e-12 && found.error < 1e-8)
    }
  }

  /// A spectrum that falls needs a part of the space; a flat one all of it, and is right too.
  @Test func productsAreAFewTimesTheTriples() throws {
    let falling = try planted(300, 300, (0..<300).map { pow(0.9, Double($0)) }, seed: 4)
    var count = 0
    let found = try krylov(falling.matrix, 10, &count)
    #expect(found.error <= 1e-9 && count < 150, "\(count)")
    #expect(agreement(found, falling.left, falling.right).allSatisfy { $0 > 1 - 1e-9 })
    let flat = normals(60, 60, seed: 6)
    let (one, other) = (try krylov(flat, 20, &count), try SingularTriples(of: flat, leading: 20))
    #expect(count <= 60 && zip(one.values, other.values).allSatisfy { abs($0 / $1 - 1) < 1e-9 })
  }

  @Test func lowRankAndZeroHaveOrthonormalVectors() throws {
    let (matrix, _, _) = try planted(18, 18, [3, 2], seed: 7)
    var count = 0
    for found in [try SingularTriples(of: matrix, leading: 6), try krylov(matrix, 6, &count)] {
      #expect(abs(found.values[0] - 3) < 1e-12 && abs(found.values[1] - 2) < 1e-12)
      #expect(found.values[2...].allSatisfy { $0 < 1e-6 })
      #expect(unitError(found.left) < 1e-10 && unitError(found.right) < 1e-10)
    }
    let zero = DoubleMatrix(rows: 8, columns: 8)
    for found in [try SingularTriples(of: zero, leading: 3), try krylov(zero, 3, &count)] {
      #expect(found.values == [0, 0, 0] && found.error.isNaN && unitError(found.left) < 1e-12)
    }
    var broken = matrix
    broken[3, 3] = .nan
    #expect(throws: LinearAlgebraError.self) { try SingularTriples(of: broken, leading: 2) }
  }
}
