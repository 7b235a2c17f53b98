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
      try result.withPointer { table.activate(LOCUS_SILU, $0, up, count) }
      #expect(result.isIntact)
      for i in 0..<count {
        let x = Double(gate[i])
        let expected = x / (1 + Foundation.exp(-x)) * Double(up[i])
        #expect(abs(Double(result.values[i]) - expected) <= 5e-7 * abs(expected))
      }
    }
  }

  /// Each function with its exact form, and what it may be off by relative to the larger of it and 0.1.
  private static let activations: [(function: locus_activation, exact: @Sendable (Double) -> Double)] = [
    (LOCUS_SILU, { $0 / (1 + Foundation.exp(-$0)) }),
    (LOCUS_GELU, { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }),
    (
      LOCUS_GELU_TANH,
      { $0 / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
    ),
    (LOCUS_RELU, { max($0, 0) }),
    (LOCUS_QUICK_GELU, { $0 / (1 + Foundation.exp(-1.702 * $0)) }),
  ]

  @Test(arguments: InstructionSets.available)
  func activationsAndTheirSlopes(name: String) throws {
    let table = try InstructionSets.table(name)
    let x = stride(from: -12, through: 12, by: 0.0037).map { Float($0) }
    for (function, exact) in Self.activations {
      var values = Guarded(x)
      try values.withPointer { table.activate(function, $0, nil, x.count) }
      #expect(values.isIntact)
      var slopes = Guarded([Float](repeating: 1, count: x.count))
      try slopes.withPointer { slopes in
        x.withUnsafeBufferPointer { x in
          var arguments = locus_activation_derivative_arguments(
            function: function, gate: x.baseAddress, up: nil, gate_stride: x.count, up_stride: 0, value_rows: nil,
            gate_derivative: slopes, up_derivative: nil, gate_derivative_stride: x.count, up_derivative_stride: 0,
            rows: 1, columns: x.count, adding: false)
          table.activation_pull_back(&arguments)
        }
      }
      for (place, x) in x.enumerated() where function != LOCUS_RELU || abs(x) > 0.01 {
        let value = exact(Double(x))
        #expect(abs(Double(values.values[place]) - value) <= 4e-7 * max(abs(value), 0.1), "\(function) of \(x)")
        let slope = (exact(Double(x) + 1e-5) - exact(Double(x) - 1e-5)) / 2e-5
        #expect(abs(Double(slopes.values[place]) - slope) <= 5e-7, "slope of \(function) at \(x)")
      }
      var extreme: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e19, -1e19, 0]
      table.activate(function, &extreme, nil, extreme.count)
      #expect(extreme == [.greatestFiniteMagnitude, 0, 1e19, 0, 0])
    }
  }

  @Test(arguments: InstructionSets.available)
  func hyperbolicTangents(name: String) throws {
    let table = try InstructionSets.table(name)
    let x = stride(from: -10, through: 10, by: 0.0013).map { Float($0) } + [100, -100, 1e-20, 0]
    var y = Guarded(count: x.count)
    try y.withPointer { table.tanh(x, $0, x.count) }
    #expect(y.isIntact)
    for (x, y) in zip(x, y.values) {
      let exact = Foundation.tanh(Double(x))
      #expect(abs(Double(y) - exact) <= 2e-7 * abs(exact), "\(x)")
    }
  }

  @Test(arguments: InstructionSets.available)
  func layerNorms(name: String) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      // A mean that is large beside the deviation.
      let x = random.floats(2 * columns).map { $0 + 3 }
      let (gain, bias) = (random.floats(columns), random.floats(columns))
      for hasBias in [false, true] {
        var y = Guarded(count: 2 * columns)
        try y.withPointer { y in
          bias.withUnsafeBufferPointer {
            table.layer_norm(x, columns, gain, hasBias ? $0.baseAddress : nil, 1e-5, y, columns, 2, columns)
          }
        }
        #expect(y.isIntact)
        for row in 0..<2 {
          let values = x[row * columns..<(row + 1) * columns].map(Double.init)
          let mean = values.reduce(0, +) / Double(columns)
          let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
          for (column, value) in values.enumerated() {
            let normed = (value - mean) / (variance + 1e-5).squareRoot() * Double(gain[column])
            let exact = normed + (hasBias ? Double(bias[column]) : 0)
            #expect(abs(Double(y.values[row * columns + column]) - exact) <= 5e-7 * (1 + abs(normed)))
          }
        }
      }
    }
  }

  @Test("finite for every finite gate", arguments: InstructionSets.available)
  func gatedProductOfHugeValues(name: String) throws {
    let table = try InstructionSets.table(name)
    let extreme = Float.greatestFiniteMagnitude
    var gate: [Float] = [extreme, -extreme, 1000, -1000, -88.8, -104, -0.0, 0, .leastNonzeroMagnitude]
    let given = gate
    table.activate(LOCUS_SILU, &gate, [Float](repeating: 1, count: gate.count), gate.count)
    #expect(gate.allSatisfy { $0.isFinite })
    #expect(gate[0] == extreme && gate[1] == 0 && gate[2] == 1000 && gate[3] == 0)
    for (x, y) in zip(given, gate) where x > -80 && x < 80 { #expect(abs(y - x / (1 + Foundation.exp(-x))) <= 1e-6) }
  }
}
