import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Products with the Jacobian of one block between tokens.
@Suite struct BlockJacobianTests {
  private func rows(_ values: [[Float]]) -> Matrix {
    let matrix = Matrix(rows: values.count, columns: values[0].count)
    matrix.view.fill(values.flatMap { $0 })
    return matrix
  }

  private func stream(_ tape: ForwardTape, _ layer: Int, _ sequence: Int) -> MatrixView {
    tape.stream(layer)[rows: tape.rows.ranges[sequence]]
  }

  /// Both products, for the same token, tokens before it, one beyond the window, and one behind it.
  @Test(arguments: DerivativeVariant.all) func equalCentralDifferences(_ variant: DerivativeVariant) throws {
    let model = try variant.load()
    let reference = DoubleReference(model)
    let hidden = model.shape.hiddenSize
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    tape.run(variant.sequences(model))
    let layer = model.shape.layerCount - 1
    let stream = stream(tape, layer, 2)
    let alone = RowSet(lengths: [stream.rows], firstScored: [0])
    let jacobian = BlockJacobian(pass: tape.pass, layer: layer, stream: stream, capacity: 3)
    var random = SeededNumbers(seed: 15)
    let vectors = rows((0..<3).map { _ in random.floats(hidden) })
    let result = Matrix(rows: 3, columns: hidden)
    for (source, target) in [(12, 12), (0, 0), (9, 12), (11, 12), (2, 12), (12, 9)] {
      jacobian.multiply(vectors.view.reading, from: source, to: target, into: result.view)
      let exact = (0..<3).flatMap { vector in
        Central.derivatives { change in
          var changed = stream.doubles
          for c in 0..<hidden { changed[source * hidden + c] += change * Double(vectors.view[vector, c]) }
          return Array(reference.block(layer, changed, rows: alone)[target * hidden..<(target + 1) * hidden])
        }
      }
      #expect(result.view.reading.doubles.error(from: exact) < 5e-6, "\(source) → \(target)")
      if exact.length == 0 { #expect(result.view.reading.doubles.length == 0) }
      jacobian.multiplyTransposed(vectors.view.reading, from: source, to: target, into: result.view)
      let pulled = (0..<hidden).map { column in
        Central.derivatives { change in
          var changed = stream.doubles
          changed[source * hidden + column] += change
          let output = reference.block(layer, changed, rows: alone)[target * hidden..<(target + 1) * hidden]
          return (0..<3).map { vector in
            zip(0..<hidden, output).reduce(0) { $0 + Double(vectors.view[vector, $1.0]) * $1.1 }
          }
        }
      }
      let transposed = (0..<3).flatMap { vector in pulled.map { $0[vector] } }
      #expect(result.view.reading.doubles.error(from: transposed) < 5e-6, "\(source) → \(target), transposed")
    }
  }

  @Test func aVectorHasTheSameBitsWhateverIsBesideIt() throws {
    let demo = try Demo()
    let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: 200, threads: 2), capacity: 200)
    tape.run([demo.inputs[1].prompt])
    let last = tape.rows.count - 1
    let jacobian = BlockJacobian(pass: tape.pass, layer: 1, stream: tape.stream(1), capacity: 300)
    var random = SeededNumbers(seed: 16)
    let vectors = rows((0..<300).map { _ in random.floats(128) })
    let (all, one) = (Matrix(rows: 300, columns: 128), Matrix(rows: 1, columns: 128))
    for source in [last, last - 2] {
      for transposed in [false, true] {
        let multiply = transposed ? jacobian.multiplyTransposed : jacobian.multiply
        multiply(vectors.view.reading, source, last, all.view)
        for row in [0, 150, 299] {
          multiply(vectors[rows: row..<row + 1].reading, source, last, one.view)
          #expect(one.view.reading.floats == all[rows: row..<row + 1].reading.floats)
        }
      }
    }
  }

  // MARK: An independent implementation

  /// Numbers (2u − 1) of Fixtures/coupling.json's description.
  private func probe(_ count: Int) -> [Float] {
    let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
    func mix(_ number: UInt64) -> UInt64 {
      var z = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    let key = mix(mix(11 &+ gamma) &+ gamma)
    return (0..<count).map { index in
      let bits = mix(key &+ UInt64(index + 1) &* gamma) >> 11
      return Float(Double(bits) * 0x1p-52 - 1)
    }
  }

  /// J − 1 of every layer at the last token of four prompts, against automatic differentiation in float64: products
  /// with a vector from both sides, norm, trace and a corner.
  @Test func equalAutomaticDifferentiation() throws {
    let demo = try Demo()
    let document = try Places.object(DerivativeVariant.fixtures + "/coupling.json")
    let prompts = try #require(document["prompts"] as? [String: [String: Any]])
    #expect(prompts.count == 4)
    let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: 200), capacity: 200)
    let identity = Matrix(rows: 128, columns: 128)
    for index in 0..<128 { identity.view[index, index] = 1 }
    let probe = rows([probe(128)])
    let (product, whole) = (Matrix(rows: 1, columns: 128), Matrix(rows: 128, columns: 128))
    func less(_ vectors: Matrix, _ product: Matrix) -> [Double] {
      zip(product.view.reading.doubles, vectors.view.reading.doubles).map { $0 - $1 }
    }
    for prompt in prompts.values {
      let tokens = (prompt["tokens"] as Any?).tokens
      tape.run([tokens])
      for (layer, expected) in (prompt["jacobian"] as? [[String: Any]] ?? []).enumerated() {
        func numbers(_ key: String) -> [Double] { expected[key] as? [Double] ?? [] }
        let jacobian = BlockJacobian(pass: tape.pass, layer: layer, stream: tape.stream(layer), capacity: 128)
        let last = tokens.count - 1
        jacobian.multiply(probe.view.reading, from: last, to: last, into: product.view)
        #expect(Array(less(probe, product)[..<6]).error(from: numbers("times_probe")) < 1e-4)
        jacobian.multiplyTransposed(probe.view.reading, from: last, to: last, into: product.view)
        #expect(Array(less(probe, product)[..<6]).error(from: numbers("probe_times")) < 1e-4)
        jacobian.multiply(identity.view.reading, from: last, to: last, into: whole.view)
        let entries = less(identity, whole)
        let (norm, trace) = (try #require(numbers("frobenius").first), try #require(numbers("trace").first))
        // In float32, where eps is felt: 2e-5 in layer 0.
        #expect(abs(entries.length - norm) < 5e-5 * norm)
        #expect(abs((0..<128).reduce(0) { $0 + entries[$1 * 129] } - trace) < 5e-5 * norm)
        // Row i is J's column i.
        let corner = (0..<3).flatMap { row in (0..<3).map { entries[$0 * 128 + row] } }
        #expect(corner.error(from: numbers("corner")) < 1e-4)
      }
    }
  }
}
