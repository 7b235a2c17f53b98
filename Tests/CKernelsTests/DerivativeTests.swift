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

  /// One call of a kernel for norms: three rows of values, and as many derivatives as the map has rows.
  private struct NormProblem {
    let columns: Int
    let rows: [Int]
    var stride: Int { columns + 5 }
    let epsilon: Float = 1e-3
    let x, gain, given, before: [Float]

    init(columns: Int, rows: [Int]) {
      var random = SeededNumbers(seed: UInt64(columns))
      self.columns = columns
      self.rows = rows
      x = random.floats(3 * (columns + 5), scale: 3)
      gain = random.floats(columns, scale: 2)
      given = random.floats(rows.count * (columns + 5))
      before = random.floats(rows.count * (columns + 5))
    }

    /// The formula in double precision, `[rows · columns]`.
    func exact(pulling: Bool) -> [Double] {
      var result: [Double] = []
      for (row, valueRow) in rows.enumerated() {
        let values = (0..<columns).map { Double(x[valueRow * stride + $0]) }
        let squares = values.reduce(0) { $0 + $1 * $1 } / Double(columns)
        let f = 1 / (squares + Double(epsilon)).squareRoot()
        let d = (0..<columns).map { Double(given[row * stride + $0]) * (pulling ? Double(gain[$0]) : 1) }
        let mean = zip(d, values).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
        for column in 0..<columns {
          let value = f * d[column] - f * f * f * values[column] * mean
          result.append(pulling ? value : value * Double(gain[column]))
        }
      }
      return result
    }

    /// What a kernel makes of it, in place of what is given, or added to something.
    func result(
      _ kernel: (UnsafePointer<locus_norm_derivative_arguments>) -> Void, adding: Bool
    ) throws -> [Float]? {
      var (x, gain, given, result) = (Guarded(x), Guarded(gain), Guarded(given), Guarded(adding ? before : given))
      let isInOrder = rows == [0, 1, 2]
      let map = rows.map { Int32($0) }
      try result.withPointer { result in
        try x.withPointer { x in
          try gain.withPointer { gain in
            try given.withPointer { given in
              map.withUnsafeBufferPointer { map in
                var arguments = locus_norm_derivative_arguments(
                  x: x, x_stride: stride, x_rows: isInOrder ? nil : map.baseAddress, gain: gain, epsilon: epsilon,
                  given: adding ? given : result, given_stride: stride, result: result, result_stride: stride,
                  rows: rows.count, columns: columns, adding: adding)
                kernel(&arguments)
              }
            }
          }
        }
      }
      guard result.isIntact else { return nil }
      var values: [Float] = []
      for row in rows.indices {
        for column in 0..<columns {
          let at = row * stride + column
          values.append(adding ? result.values[at] - before[at] : result.values[at])
        }
      }
      return values
    }
  }

  @Test("rows of awkward lengths, rows that share one, in place and added", arguments: InstructionSets.available)
  func norm(name: String) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      for rows in [[0, 1, 2], [2, 2, 0, 1]] {
        let problem = NormProblem(columns: columns, rows: rows)
        for adding in [false, true] {
          let pulled = try #require(try problem.result({ table.rms_norm_pull_back($0) }, adding: adding))
          let pushed = try #require(try problem.result({ table.rms_norm_push_forward($0) }, adding: adding))
          // A single column is nearly all cancellation.
          let tolerance = columns == 1 ? 1e-2 : 2e-6
          #expect(error(pulled, problem.exact(pulling: true)) < tolerance, "\(columns)")
          #expect(error(pushed, problem.exact(pulling: false)) < tolerance, "\(columns)")
        }
      }
    }
  }

  @Test(arguments: InstructionSets.available) func gain(name: String) throws {
    let table = try InstructionSets.table(name)
    for columns in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(columns))
      var (x, given) = (Guarded(random.floats(5 * columns, scale: 3)), Guarded(random.floats(5 * columns)))
      let gains = [Float](repeating: 1, count: columns)
      var normed = [Float](repeating: 0, count: 5 * columns)
      table.rms_norm(x.values, columns, gains, 1e-5, &normed, columns, 5, columns)
      var sums = Guarded([Float](repeating: 0, count: columns))
      try sums.withPointer { sums in
        try x.withPointer { x in
          try given.withPointer { given in
            var arguments = locus_norm_derivative_arguments(
              x: x, x_stride: columns, x_rows: nil, gain: nil, epsilon: 1e-5, given: given, given_stride: columns,
              result: nil, result_stride: columns, rows: 5, columns: columns, adding: false)
            table.rms_norm_gain_gradient(&arguments, sums)
          }
        }
      }
      let factors = given.values
      let exact = (0..<columns).map { column in
        (0..<5).reduce(0.0) { $0 + Double(factors[$1 * columns + column]) * Double(normed[$1 * columns + column]) }
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
        try run(table.activation_pull_back, gate, up, &ofGate, &ofUp, columns, adding)
        #expect(ofGate.isIntact && ofUp.isIntact)
        #expect(error(ofGate.values, given.indices.map { Double(given[$0]) * slope[$0] * Double(up[$0]) }) < 1e-6)
        let sums = given.indices.map { (adding ? Double(before[$0]) : 0) + Double(given[$0]) * silu[$0] }
        #expect(error(ofUp.values, sums) < 1e-6)
      }
      var (ofGate, ofUp) = (Guarded(given), Guarded(tangent))
      try run(table.activation_push_forward, gate, up, &ofGate, &ofUp, columns, false)
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
    try run(table.activation_pull_back, gate + gate, ones + ones, &ofGate, &ofUp, 8, false)
    #expect(Array(ofGate.values[..<8]).map(abs) == [1, 0, 1, 0, 1, ofGate.values[5].magnitude, 0.5, 0.5])
    #expect(abs(ofGate.values[5]) < 1e-36)
  }

  private func run(
    _ kernel: (UnsafePointer<locus_activation_derivative_arguments>) -> Void, _ gate: [Float], _ up: [Float],
    _ ofGate: inout Guarded, _ ofUp: inout Guarded, _ columns: Int, _ adding: Bool
  ) throws {
    try ofGate.withPointer { ofGate in
      try ofUp.withPointer { ofUp in
        gate.withUnsafeBufferPointer { gate in
          up.withUnsafeBufferPointer { up in
            var arguments = locus_activation_derivative_arguments(
              function: LOCUS_SILU, gate: gate.baseAddress, up: up.baseAddress, gate_stride: columns,
              up_stride: columns,
              value_rows: nil, gate_derivative: ofGate, up_derivative: ofUp, gate_derivative_stride: columns,
              up_derivative_stride: columns, rows: 2, columns: columns, adding: adding)
            kernel(&arguments)
          }
        }
      }
    }
  }
}
