import Basics
import Foundation
import LinearAlgebra
import Testing

struct DecompositionTests {
  /// A seeded symmetric positive definite matrix.
  private func matrix(_ order: Int, seed: UInt64) -> DoubleMatrix {
    var random = RandomStream(seed: seed, stream: 1, index: 0)
    let root = DoubleMatrix(rows: order, columns: order, values: (0..<order * order).map { _ in random.normal() })
    var product = root.timesTranspose(root)
    for place in 0..<order { product[place, place] += 1 }
    return product
  }

  private func largestDifference(_ left: DoubleMatrix, _ right: DoubleMatrix) -> Double {
    zip(left.values, right.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func productsAreThoseOfTheirTransposes() {
    let left = DoubleMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let right = DoubleMatrix(rows: 3, columns: 2, values: [1, 0, 2, 1, 0, 3])
    #expect(left.times(right).values == [5, 11, 14, 23])
    #expect(left.transposed.transposeTimes(right) == left.times(right))
    #expect(left.timesTranspose(right.transposed) == left.times(right))
  }

  @Test(arguments: [1, 2, 7, 40]) func eigenvectorsRebuildTheMatrix(order: Int) throws {
    let matrix = matrix(order, seed: UInt64(order))
    let eigen = try SymmetricEigen(matrix)
    #expect(eigen.values == eigen.values.sorted(by: >))
    let rebuilt = eigen.vectors.times(DoubleMatrix(diagonal: eigen.values)).timesTranspose(eigen.vectors)
    #expect(largestDifference(rebuilt, matrix) < 1e-9)
    let leading = try SymmetricEigen(matrix, leading: max(1, order / 3))
    let same = eigen.vectors[columns: 0..<leading.values.count]
    #expect(zip(leading.values, eigen.values).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(largestDifference(leading.vectors, same) < 1e-8)
  }

  @Test func generalizedEigenvectorsAreOrthonormalInTheMetric() throws {
    let (matrix, metric) = (matrix(9, seed: 3), matrix(9, seed: 4))
    let eigen = try SymmetricEigen(matrix, metric: metric)
    let unit = eigen.vectors.transposeTimes(metric.times(eigen.vectors))
    #expect(largestDifference(unit, DoubleMatrix(diagonal: Array(repeating: 1, count: 9))) < 1e-9)
    let left = matrix.times(eigen.vectors)
    let right = metric.times(eigen.vectors).times(DoubleMatrix(diagonal: eigen.values))
    #expect(largestDifference(left, right) < 1e-8)
  }

  @Test func factorsSolve() throws {
    let matrix = matrix(6, seed: 5)
    let factor = try Cholesky(matrix)
    let right = DoubleMatrix(rows: 6, columns: 2, values: (0..<12).map(Double.init))
    #expect(largestDifference(matrix.times(factor.solve(right)), right) < 1e-9)
    let logarithms = try SymmetricEigen(matrix).values.map { log($0) }
    #expect(abs(factor.logDeterminant - logarithms.reduce(0, +)) < 1e-9)
    // L Lᵀ, column by column.
    let columns = (0..<6).map { place in factor.times((0..<6).map { $0 == place ? 1 : 0 }) }
    let rows = DoubleMatrix(rows: 6, columns: 6, values: columns.flatMap { $0 })
    #expect(largestDifference(rows.transposeTimes(rows), matrix) < 1e-9)
  }

  @Test func whatHasNoDecompositionIsAnError() {
    #expect(throws: LinearAlgebraError.self) { try Cholesky(DoubleMatrix(diagonal: [1, -1])) }
    #expect(throws: LinearAlgebraError.self) { try SymmetricEigen(DoubleMatrix(diagonal: [1, .nan])) }
    #expect(throws: LinearAlgebraError.self) {
      try SymmetricEigen(DoubleMatrix(diagonal: [1, 1]), metric: DoubleMatrix(diagonal: [1, 0]))
    }
  }
}
