import CKernels
import Foundation
import Testing
import TestSupport

/// Derivatives of norm and gate against their formulas in double precision.
@Suite struct DerivativeTests {
  /// The norm of the difference relative to that of the exact numbers.
  private func error(_ values: [Float], _ exact: [Double]) -> Double {
    let difference = zip(values, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  @Test("rows of awkward lengths, rows that share one, in place and added", arguments: InstructionSets.available)
  func norm(name: String) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      let stride = columns + 5
      let x = random.floats(3 * stride, scale: 3)
      let (gain, given) = (random.floats(columns, scale: 2), random.floats(4 * stride))
      let before = random.floats(4 * stride)
      for rows in [[0, 1, 2], [2, 2, 0, 1]] {
        let map: [Int32]? = rows.count == 4 ? rows.map(Int32.init) : nil
        for pulling in [true, false] {
          let exact = rows.indices.flatMap { row -> [Double] in
            let values = (0..<columns).map { Double(x[rows[row] * stride + $0]) }
            let f = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(columns) + Double(Float(1e-3))).squareRoot()
            let gains = gain.map(Double.init)
            let d = (0..<columns).map { Double(given[row * stride + $0]) * (pulling ? gains[$0] : 1) }
            let mean = zip(d, values).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
            return (0..<columns).map { (f * d[$0] - f * f * f * values[$0] * mean) * (pulling ? 1 : gains[$0]) }
          }
          for adding in [false, true] {
            var result = Guarded(adding ? before : given)
            try result.withPointer { result in
              try map.withPointer { map in
                var arguments = locus_norm_derivative_arguments(
                  x: x, x_stride: stride, x_rows: map, gain: gain, epsilon: 1e-3, given: adding ? given : result,
                  given_stride: stride, result: result, result_stride: stride, rows: rows.count, columns: columns,
                  adding: adding)
                pulling ? table.rms_norm_pull_back(&arguments) : table.rms_norm_push_forward(&arguments)
              }
            }
            #expect(result.isIntact)
            let values = rows.indices.flatMap { row in
              (0..<columns).map { result.values[row * stride + $0] - (adding ? before[row * stride + $0] : 0) }
            }
            // A single column is nearly all cancellation.
            #expect(error(values, exact) < (columns == 1 ? 1e-3 : 1e-6), "\(columns) \(pulling) \(adding)")
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSets.available) func gain(name: String) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      let (x, given) = (random.floats(5 * columns, scale: 3), random.floats(5 * columns))
      let gains = [Float](repeating: 1, count: columns)
      var normed = [Float](repeating: 0, count: 5 * columns)
      table.rms_norm(x, columns, gains, 1e-5, &normed, columns, 5, columns)
      var sums = Guarded([Float](repeating: 0, count: columns))
      try sums.withPointer { sums in
        var unused: Float = 0
        var arguments = locus_norm_derivative_arguments(
          x: x, x_stride: columns, x_rows: nil, gain: nil, epsilon: 1e-5, given: given, given_stride: columns,
          result: &unused, result_stride: columns, rows: 5, columns: columns, adding: false)
        table.rms_norm_gain_gradient(&arguments, sums)
      }
      let exact = (0..<columns).map { column in
        (0..<5).reduce(0.0) { $0 + Double(given[$1 * columns + column]) * Double(normed[$1 * columns + column]) }
      }
      #expect(sums.isIntact && error(sums.values, exact) < 1e-6)
    }
  }

  @Test("far from 0 as well", arguments: InstructionSets.available, [1, 8, 60])
  func gate(name: String, scale: Float) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      let gate = random.floats(2 * columns, scale: scale)
      let (up, given) = (random.floats(2 * columns, scale: 2), random.floats(2 * columns))
      let (tangent, before) = (random.floats(2 * columns), random.floats(2 * columns))
      let silu = gate.map { Double($0) / (1 + exp(-Double($0))) }
      let slope = gate.map { value -> Double in
        let sigma = 1 / (1 + exp(-Double(value)))
        return sigma * (1 + Double(value) * (1 / (1 + exp(Double(value)))))
      }
      for adding in [false, true] {
        var (ofGate, ofUp) = (Guarded(given), Guarded(before))
        try run(table.gated_product_pull_back, gate, up, &ofGate, &ofUp, columns, adding)
        #expect(ofGate.isIntact && ofUp.isIntact)
        #expect(error(ofGate.values, given.indices.map { Double(given[$0]) * slope[$0] * Double(up[$0]) }) < 1e-6)
        let sums = given.indices.map { (adding ? Double(before[$0]) : 0) + Double(given[$0]) * silu[$0] }
        #expect(error(ofUp.values, sums) < 1e-6)
      }
      var (ofGate, ofUp) = (Guarded(given), Guarded(tangent))
      try run(table.gated_product_push_forward, gate, up, &ofGate, &ofUp, columns, false)
      let exact = given.indices.map {
        Double(given[$0]) * slope[$0] * Double(up[$0]) + Double(tangent[$0]) * silu[$0]
      }
      #expect(ofGate.isIntact && ofUp.values == tangent && error(ofGate.values, exact) < 1e-6)
    }
  }

  @Test(arguments: InstructionSets.available) func hugeGatesHaveFiniteSlopes(name: String) throws {
    let table = try InstructionSets.table(name)
    let extreme = Float.greatestFiniteMagnitude
    let gate: [Float] = [extreme, -extreme, 1000, -1000, 90, -90, 0, -0.0]
    let ones = [Float](repeating: 1, count: 8)
    var (ofGate, ofUp) = (Guarded(ones + ones), Guarded(ones + ones))
    try run(table.gated_product_pull_back, gate + gate, ones + ones, &ofGate, &ofUp, 8, false)
    #expect(Array(ofGate.values[..<8]).map(abs) == [1, 0, 1, 0, 1, ofGate.values[5].magnitude, 0.5, 0.5])
    #expect(abs(ofGate.values[5]) < 1e-36)
  }

  private func run(
    _ kernel: (UnsafePointer<locus_gate_derivative_arguments>) -> Void, _ gate: [Float], _ up: [Float],
    _ ofGate: inout Guarded, _ ofUp: inout Guarded, _ columns: Int, _ adding: Bool
  ) throws {
    try ofGate.withPointer { ofGate in
      try ofUp.withPointer { ofUp in
        try gate.withUnsafeBufferPointer { gate in
          try up.withUnsafeBufferPointer { up in
            // The rows of the values in the other order, by the map, and back again.
            var arguments = locus_gate_derivative_arguments(
              gate: try #require(gate.baseAddress), up: up.baseAddress, gate_stride: columns, up_stride: columns,
              value_rows: nil, gate_derivative: ofGate, up_derivative: ofUp, gate_derivative_stride: columns,
              up_derivative_stride: columns, rows: 2, columns: columns, adding: adding)
            kernel(&arguments)
          }
        }
      }
    }
  }
}

extension [Int32]? {
  func withPointer(_ body: (UnsafePointer<Int32>?) throws -> Void) throws {
    guard let self else { return try body(nil) }
    try self.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}
