import CKernels
import Foundation
import Testing

@Suite struct MomentsTests {
  /// Moments of columns as the kernel gives them: `[moment][column]`.
  private func moments(_ name: String, _ values: [Float], rows: Int, columns: Int, stride: Int) throws -> [[Double]] {
    let table = try InstructionSets.table(name)
    // A canary behind each array.
    var found = [Double](repeating: -7, count: 7 * (columns + 1))
    try values.withUnsafeBufferPointer { values in
      let start = try #require(values.baseAddress)
      try found.withUnsafeMutableBufferPointer { found in
        let base = try #require(found.baseAddress)
        let at = { (moment: Int) in base + moment * (columns + 1) }
        var moments = locus_moments(
          mean: at(0), squares: at(1), magnitude: at(2), root: at(3), above: at(4), smallest: at(5), greatest: at(6))
        table.moments(start, stride, rows, columns, &moments)
      }
    }
    return (0..<7).map { moment in
      #expect(found[moment * (columns + 1) + columns] == -7)
      return Array(found[moment * (columns + 1)..<moment * (columns + 1) + columns])
    }
  }

  @Test(arguments: InstructionSets.available) func momentsAreThoseOfTheirDefinitions(name: String) throws {
    for (rows, columns) in [(1, 1), (2, 5), (7, 16), (33, 17), (128, 40), (5, 100)] {
      let stride = columns + 3
      // Columns far from 0, around it, and constant.
      let values = (0..<rows * stride).map { place -> Float in
        let (row, column) = (place / stride, place % stride)
        let wave = Float(sin(Double(row * 37 + column * 11)))
        return column % 3 == 0 ? 1000 + wave : column % 3 == 1 ? wave : -0.5
      }
      let found = try moments(name, values, rows: rows, columns: columns, stride: stride)
      for column in 0..<columns {
        let own = (0..<rows).map { Double(values[$0 * stride + column]) }
        let n = Double(rows)
        let mean = own.reduce(0, +) / n
        let squares = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let roots = own.reduce(0) { $0 + Double(Float(abs($1)).squareRoot()) }
        #expect(abs(found[0][column] - mean) <= 1e-12 * max(1, abs(mean)))
        #expect(abs(found[1][column] - squares) <= 1e-9 * n)
        #expect(abs(found[2][column] - own.reduce(0) { $0 + abs($1) } / n) <= 1e-12 * max(1, abs(mean)))
        #expect(abs(found[3][column] - roots / n) <= 1e-12 * max(1, abs(mean)))
        #expect(found[4][column] == Double(own.count { $0 > 0 }) / n)
        #expect(found[5][column] == own.min() && found[6][column] == own.max())
      }
    }
  }

  @Test(arguments: InstructionSets.available) func aColumnDoesNotDependOnItsPlace(name: String) throws {
    let (rows, columns) = (19, 61)
    let values = (0..<rows * columns).map { Float(sin(Double($0) * 0.7)) }
    let all = try moments(name, values, rows: rows, columns: columns, stride: columns)
    for column in [0, 15, 16, 33, 60] {
      let alone = try moments(
        name, (0..<rows).map { values[$0 * columns + column] }, rows: rows, columns: 1, stride: 1)
      for moment in 0..<7 { #expect(alone[moment][0] == all[moment][column]) }
    }
  }
}
