import LinearAlgebra
import Testing

@Suite struct ProductTests {
  private let workspace = ProductWorkspace()

  /// Small whole numbers: every product and sum is exact, so the comparison needs no tolerance.
  private func numbers(_ rows: Int, _ columns: Int, salt: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns { matrix.view[row, column] = Float((row * 31 + column * 17 + salt) % 13 - 6) }
    }
    return matrix
  }

  @Test(arguments: [(1, 1, 1), (1, 5, 7), (2, 3, 4), (17, 33, 20), (64, 16, 128)])
  func equalsTheDefinition(rows: Int, columns: Int, inner: Int) {
    let input = numbers(rows, inner, salt: 1)
    let weights = numbers(columns, inner, salt: 2)
    let output = numbers(rows, columns, salt: 3)
    let before = numbers(rows, columns, salt: 3)
    let plain = Matrix(rows: rows, columns: columns)
    plain.view.assignProduct(of: input.view.reading, withTransposeOf: WeightView(weights.view.reading), in: workspace)
    output.view.assignProduct(
      of: input.view.reading, withTransposeOf: WeightView(weights.view.reading), adding: true, in: workspace)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Float = 0
        for index in 0..<inner { sum += input.view[row, index] * weights.view[column, index] }
        #expect(plain.view[row, column] == sum)
        #expect(output.view[row, column] == before.view[row, column] + sum)
      }
    }
  }

  @Test func writesOnlyItsColumns() {
    let whole = numbers(5, 9, salt: 4)
    let before = numbers(5, 9, salt: 4)
    let input = numbers(5, 6, salt: 5)
    let weights = numbers(3, 4, salt: 6)
    whole.view[columns: 2..<5].assignProduct(
      of: input.view.reading[columns: 1..<5], withTransposeOf: WeightView(weights.view.reading), adding: true,
      in: workspace)
    for row in 0..<5 {
      for column in 0..<9 where !(2..<5).contains(column) {
        #expect(whole.view[row, column] == before.view[row, column])
      }
      var sum = before.view[row, 2]
      for index in 0..<4 { sum += input.view[row, index + 1] * weights.view[0, index] }
      #expect(whole.view[row, 2] == sum)
    }
  }

  @Test func namesItsKernels() {
    #expect(!BLAS.coreName.isEmpty)
    #expect(BLAS.description.contains("OpenBLAS"))
  }
}
