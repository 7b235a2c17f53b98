import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer
import Weights

/// Matrices inside fused and transposed tensors, read and multiplied where they lie.
@Suite struct StorageTests {
  private static let columns = 11

  /// Hands over a tensor in a file of its own, with its numbers.
  private func tensor(_ shape: [Int], _ body: (Tensor, [Float]) throws -> Void) throws {
    try Places.withTemporaryFolder { folder in
      let values = TensorWriter.numbers(shape[0] * shape[1], seed: 5)
      try TensorWriter.write(folder + "/model.safetensors", [TensorWriter.Tensor("fused.weight", shape, values)])
      try body(try SafetensorsFile(path: folder + "/model.safetensors").tensor(named: "fused.weight"), values)
    }
  }

  private func widened(_ matrix: StoredMatrix) -> [Float] {
    var values = [Float](repeating: .nan, count: matrix.elementCount)
    matrix.widen(rows: 0..<matrix.rows, into: &values)
    return values
  }

  /// Rows by definition: of three heads of 4 rows each, those of the second kind of every group of 12.
  @Test func rowsOfGroupsAreThoseOfTheDefinition() throws {
    try tensor([36, Self.columns]) { tensor, values in
      let matrix = StoredMatrix(tensor, storage: .grouped(4, every: 12, from: 4, of: 36), rows: 12)
      let rows = (0..<12).map { 4 + $0 / 4 * 12 + $0 % 4 }
      func stored(_ row: Int, _ columns: Range<Int>) -> [Float] { columns.map { values[row * Self.columns + $0] } }
      let all: [Float] = rows.flatMap { stored($0, 0..<Self.columns) }
      #expect(widened(matrix) == all)
      var some = [Float](repeating: .nan, count: 6)
      matrix.widen(rows: 3..<6, columns: 2..<4, into: &some)
      let expected: [Float] = rows[3..<6].flatMap { stored($0, 2..<4) }
      #expect(some == expected)
    }
  }

  @Test func partsAndTransposedPartsHaveTheirOwnStatistics() throws {
    try tensor([20, 30]) { tensor, values in
      let part = StoredMatrix(tensor, storage: .part(from: 6, of: 20), rows: 5)
      #expect(widened(part) == Array(values[6 * 30..<11 * 30]))
      let turned = StoredMatrix(tensor, storage: .part(from: 10, of: 30, isTransposed: true), rows: 9)
      let expected: [Float] = (10..<19).flatMap { output in (0..<20).map { input in values[input * 30 + output] } }
      #expect(widened(turned) == expected && turned.columns == 20)
      for matrix in [part, turned] {
        let own = widened(matrix)
        #expect(matrix.extremes() == (own.min() ?? .nan, own.max() ?? .nan))
        let mean = own.reduce(0.0) { $0 + Double($1) } / Double(own.count)
        let square = own.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(own.count)
        #expect(matrix.moments() == (mean, square.squareRoot()))
      }
    }
  }

  /// A fused model computes what its twin with matrices apart does, to the bit.
  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence)) func fusedTensorsComputeWhatTheirTwinDoes() throws {
    let tokens: [Int32] = [20, 90, 140, 33, 250, 61, 18]
    func logits(_ name: String) throws -> [Float] {
      let pass = ForwardPass(model: try Model.load(path: SharedHosts.path + "/" + name), positionCount: tokens.count)
      return Prefill([tokens], firstScored: [0], pass: pass).logits().view.reading.floats
    }
    #expect(try logits("phi3") == logits("phi3-as-llama"))
  }
}
