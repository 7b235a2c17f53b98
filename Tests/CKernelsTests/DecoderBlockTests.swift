import CKernels
import Foundation
import Testing
import TestSupport

@Suite struct DecoderBlockTests {
  @Test("rows of awkward lengths, wider strides, in place and not", arguments: InstructionSets.available)
  func rmsNorm(name: String) throws {
    let table = try InstructionSets.table(name)
    let rows = 3
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      let stride = columns + 5
      let x = random.floats(rows * stride, scale: 3)
      let gain = random.floats(columns, scale: 2)
      var y = Guarded(count: rows * (columns + 2))
      try y.withPointer { table.rms_norm(x, stride, gain, 1e-5, $0, columns + 2, rows, columns) }
      var inPlace = Guarded(x)
      try inPlace.withPointer { table.rms_norm($0, stride, gain, 1e-5, $0, stride, rows, columns) }
      #expect(y.isIntact && inPlace.isIntact)
      for row in 0..<rows {
        let values = x[row * stride..<row * stride + columns].map(Double.init)
        let mean = values.reduce(0) { $0 + $1 * $1 } / Double(columns)
        for column in 0..<columns {
          let expected = values[column] * Double(gain[column]) / (mean + Double(Float(1e-5))).squareRoot()
          let value = y.values[row * (columns + 2) + column]
          // Three roundings.
          #expect(abs(Double(value) - expected) <= 2e-7 * abs(expected))
          #expect(value == inPlace.values[row * stride + column])
        }
        #expect(y.values[row * (columns + 2) + columns] == Guarded.canary)
        #expect(
          inPlace.values[row * stride + columns..<(row + 1) * stride] == x[row * stride + columns..<(row + 1) * stride])
      }
    }
  }

  @Test("squares beyond the range of float32", arguments: InstructionSets.available)
  func rmsNormOfHugeValues(name: String) throws {
    let table = try InstructionSets.table(name)
    let x = [Float](repeating: 1e30, count: 20)
    var y = [Float](repeating: 0, count: 20)
    table.rms_norm(x, 20, [Float](repeating: 2, count: 20), 1e-5, &y, 20, 1, 20)
    #expect(y.allSatisfy { abs($0 - 2) < 1e-6 })
  }

  @Test(arguments: InstructionSets.available)
  func rotation(name: String) throws {
    let table = try InstructionSets.table(name)
    let heads = 3
    let positions: [Int32] = [4, 0, 6]
    for headSize in [2, 4, 6, 8, 16, 30, 32, 34, 64, 80, 128] {
      var random = SeededNumbers(seed: UInt64(headSize))
      let half = headSize / 2
      let angles = random.floats(7 * half, scale: 3)
      let cosine = angles.map { Foundation.cos($0) }
      let sine = angles.map { Foundation.sin($0) }
      let stride = heads * headSize + 3
      let x = random.floats(positions.count * stride)
      for interleaved in [false, true] {
        let kernel = try #require(interleaved ? table.rotate_interleaved : table.rotate_half_split)
        var y = Guarded(x)
        try y.withPointer { kernel($0, stride, positions, cosine, sine, positions.count, heads, headSize) }
        var expected = x.map(Double.init)
        for (row, position) in positions.enumerated() {
          for head in 0..<heads {
            for pair in 0..<half {
              let base = row * stride + head * headSize
              let first = base + (interleaved ? 2 * pair : pair)
              let second = interleaved ? first + 1 : first + half
              let c = Double(cosine[Int(position) * half + pair])
              let s = Double(sine[Int(position) * half + pair])
              let (a, b) = (Double(x[first]), Double(x[second]))
              expected[first] = a * c - b * s
              expected[second] = a * s + b * c
            }
          }
        }
        #expect(y.isIntact)
        // Values up to 1, two products and a sum.
        #expect(zip(y.values, expected).allSatisfy { abs(Double($0) - $1) <= 2e-7 })
        // Between rows nothing changes.
        #expect(y.values[heads * headSize..<stride] == x[heads * headSize..<stride])
      }
    }
  }

  @Test(arguments: InstructionSets.available)
  func gatedProduct(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(count))
      let gate = random.floats(count, scale: 20)
      let up = random.floats(count, scale: 2)
      var result = Guarded(gate)
      try result.withPointer { table.gated_product($0, up, count) }
      #expect(result.isIntact)
      for i in 0..<count {
        let x = Double(gate[i])
        let expected = x / (1 + Foundation.exp(-x)) * Double(up[i])
        #expect(abs(Double(result.values[i]) - expected) <= 5e-7 * abs(expected))
      }
    }
  }

  @Test("finite for every finite gate", arguments: InstructionSets.available)
  func gatedProductOfHugeValues(name: String) throws {
    let table = try InstructionSets.table(name)
    let extreme = Float.greatestFiniteMagnitude
    var gate: [Float] = [extreme, -extreme, 1000, -1000, -88.8, -104, -0.0, 0, .leastNonzeroMagnitude]
    let given = gate
    table.gated_product(&gate, [Float](repeating: 1, count: gate.count), gate.count)
    #expect(gate.allSatisfy { $0.isFinite })
    #expect(gate[0] == extreme && gate[1] == 0 && gate[2] == 1000 && gate[3] == 0)
    for (x, y) in zip(given, gate) where x > -80 && x < 80 { #expect(abs(y - x / (1 + Foundation.exp(-x))) <= 1e-6) }
  }
}
