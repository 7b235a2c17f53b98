import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Derivatives through attention over all positions, against central differences in double precision.
@Suite struct ImageDerivativeTests {
  private let layer = 2

  /// A tape with two images, and a tiny vision transformer that it has been run with.
  private func tape() throws -> (ForwardTape, DoubleReference) {
    let model = try Places.withTemporaryFolder { folder in
      try TinyImageHost().write(to: folder)
      return try Model.load(path: folder)
    }
    let count = model.shape.contextLength
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: count), capacity: 2 * count)
    tape.run(TinyImageHost.images(2).map(Prompt.image))
    return (tape, DoubleReference(model))
  }

  private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    matrix.view.fill(TensorWriter.numbers(rows * columns, seed: seed))
    return matrix
  }

  @Test func gradientsAndTangentsOfABlock() throws {
    let (tape, reference) = try tape()
    let (count, hidden) = (tape.rows.count, reference.shape.hiddenSize)
    let (stream, given) = (tape.stream(layer).doubles, matrix(count, hidden, seed: 7))
    func along(_ direction: [Double], _ change: Double) -> [Double] {
      reference.block(layer, zip(stream, direction).map { $0 + change * $1 }, rows: tape.rows)
    }
    let pushed = Central.derivatives { along(given.view.reading.doubles, $0) }
    let tangent = TangentPass(tape).run(given.view.reading, from: layer).doubles
    #expect(tangent.error(from: pushed) < 1e-6)

    let reverse = ReversePass(tape)
    reverse.addGradient(atStream: layer + 1, given.view.reading)
    let gradient = reverse.run(downTo: layer).doubles
    let pulled = stream.indices.map { place in
      Central.derivative { change in
        var changed = stream
        changed[place] += change
        return reference.block(layer, changed, rows: tape.rows).dot(given.view.reading.doubles)
      }
    }
    #expect(gradient.error(from: pulled) < 1e-6)
  }

  @Test func jacobiansBetweenAnyTokens() throws {
    let (tape, reference) = try tape()
    let (range, hidden) = (tape.rows.ranges[0], reference.shape.hiddenSize)
    let stream = tape.stream(layer)[rows: range]
    let alone = RowSet(lengths: [stream.rows], firstScored: [0])
    let jacobian = BlockJacobian(pass: tape.pass, layer: layer, stream: stream, capacity: 2)
    let (vectors, result) = (matrix(2, hidden, seed: 8), Matrix(rows: 2, columns: hidden))
    for (source, target) in [(3, 3), (0, 6), (6, 0), (2, 4)] {
      let columns = (0..<hidden).map { column in
        Central.derivatives { change in
          var changed = stream.doubles
          changed[source * hidden + column] += change
          return Array(reference.block(layer, changed, rows: alone)[target * hidden..<(target + 1) * hidden])
        }
      }
      let own = (0..<2).map { row in (0..<hidden).map { Double(vectors.view[row, $0]) } }
      let pushed = own.flatMap { vector in (0..<hidden).map { output in columns.map { $0[output] }.dot(vector) } }
      jacobian.multiply(vectors.view.reading, from: source, to: target, into: result.view)
      #expect(result.view.reading.doubles.error(from: pushed) < 5e-6, "\(source) → \(target)")
      jacobian.multiplyTransposed(vectors.view.reading, from: source, to: target, into: result.view)
      let pulled = own.flatMap { vector in columns.map { $0.dot(vector) } }
      #expect(result.view.reading.doubles.error(from: pulled) < 5e-6, "\(source) → \(target), transposed")
    }
  }
}
