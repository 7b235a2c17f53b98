import CKernels
import Foundation
import Testing
import TestSupport

/// One sequence with derivatives, rows wider than they need be.
private struct Problem {
  let count: Int
  let heads: Int
  let keyValueHeads: Int
  let size: Int
  let window: Int
  /// Whether every query sees all keys.
  let seesAll: Bool
  private let own: Int
  private let shared: Int
  private let query, queryTangent, gradient: [Float]
  private let key, value, keyTangent, valueTangent: [Float]

  init(
    count: Int, heads: Int = 2, keyValueHeads: Int = 1, size: Int = 8, window: Int = 0, seesAll: Bool = false
  ) {
    self.count = count
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.size = size
    self.window = window
    self.seesAll = seesAll
    own = heads * size + 3
    shared = keyValueHeads * size + 5
    var random = SeededNumbers(seed: UInt64(count * 1000 + size))
    query = random.floats(count * own, scale: 2)
    queryTangent = random.floats(count * own)
    gradient = random.floats(count * own)
    key = random.floats(count * shared, scale: 2)
    value = random.floats(count * shared, scale: 2)
    keyTangent = random.floats(count * shared)
    valueTangent = random.floats(count * shared)
  }

  private var scale: Float { 1 / Float(size).squareRoot() }

  private func arguments(
    _ query: UnsafePointer<Float>, _ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>,
    _ derivatives: [UnsafeMutablePointer<Float>]
  ) -> locus_attention_derivative_arguments {
    locus_attention_derivative_arguments(
      forward: locus_attention_arguments(
        query: query, query_stride: own, key: key, key_stride: shared, value: value, value_stride: shared, output: nil,
        output_stride: 0, query_count: count, first_position: 0, heads: heads, key_value_heads: keyValueHeads,
        head_size: size, window: window, key_count: seesAll ? count : 0, scale: scale, cap: 0, slopes: nil),
      output_derivative: derivatives[0], output_derivative_stride: own, query_derivative: derivatives[1],
      key_derivative: derivatives[2], value_derivative: derivatives[3], query_derivative_stride: own,
      key_derivative_stride: shared, value_derivative_stride: shared)
  }

  /// The relative errors of a kernel's results; infinite where it wrote what it must not.
  func errors(_ table: locus_kernel_table, pulling: Bool) throws -> [Double] {
    let canaries = { [Float](repeating: Guarded.canary, count: $0) }
    var derivatives =
      pulling
      ? [gradient, canaries(count * own), canaries(count * shared), canaries(count * shared)].map { Guarded($0) }
      : [canaries(count * own), queryTangent, keyTangent, valueTangent].map { Guarded($0) }
    var scratch = Guarded(count: locus_attention_derivative_scratch_count(count, size))
    var inputs = [query, key, value].map { Guarded($0) }
    try withPointers(&inputs, []) { inputs in
      try withPointers(&derivatives, []) { derivatives in
        try scratch.withPointer { scratch in
          var arguments = arguments(inputs[0], inputs[1], inputs[2], derivatives)
          pulling ? table.attention_pull_back(&arguments, scratch) : table.attention_push_forward(&arguments, scratch)
        }
      }
    }
    guard scratch.isIntact, derivatives.allSatisfy(\.isIntact) else { return [.infinity] }
    let exact = pulling ? exactGradients() : [exactTangent()]
    return exact.indices.map { place in
      let isOwn = place == 0
      return error(
        derivatives[pulling ? place + 1 : 0].values, exact[place], width: (isOwn ? heads : keyValueHeads) * size,
        stride: isOwn ? own : shared)
    }
  }

  private func error(_ values: [Float], _ exact: [Double], width: Int, stride: Int) -> Double {
    var (difference, length) = (0.0, 0.0)
    for row in 0..<count {
      if values[row * stride + width] != Guarded.canary { return .infinity }
      for at in row * stride..<row * stride + width {
        difference += (Double(values[at]) - exact[at]) * (Double(values[at]) - exact[at])
        length += exact[at] * exact[at]
      }
    }
    return length == 0 ? difference : (difference / length).squareRoot()
  }

  private func withPointers(
    _ arrays: inout [Guarded], _ pointers: [UnsafeMutablePointer<Float>],
    _ body: ([UnsafeMutablePointer<Float>]) throws -> Void
  ) throws {
    guard pointers.count < arrays.count else { return try body(pointers) }
    var own = arrays[pointers.count]
    let place = pointers.count
    try own.withPointer { try withPointers(&arrays, pointers + [$0], body) }
    arrays[place] = own
  }

  // MARK: In double precision

  /// Calls `body` with every head, query and the keys it sees, and their weights.
  private func forEach(_ body: (_ own: Int, _ shared: Int, _ row: Int, _ keys: ClosedRange<Int>, [Double]) -> Void) {
    for head in 0..<heads {
      let (first, firstShared) = (head * size, head / (heads / keyValueHeads) * size)
      for row in 0..<count {
        let keys = seesAll ? 0...count - 1 : (window == 0 ? 0 : max(0, row - window + 1))...row
        let scores = keys.map { dot(query, row * own + first, key, $0 * shared + firstShared) * Double(scale) }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        body(first, firstShared, row, keys, weights.map { $0 / sum })
      }
    }
  }

  private func dot(_ x: [Float], _ at: Int, _ y: [Float], _ other: Int) -> Double {
    (0..<size).reduce(0) { $0 + Double(x[at + $1]) * Double(y[other + $1]) }
  }

  private func exactGradients() -> [[Double]] {
    var ofQuery = [Double](repeating: 0, count: count * own)
    var (ofKey, ofValue) = (
      [Double](repeating: 0, count: count * shared), [Double](repeating: 0, count: count * shared)
    )
    forEach { first, firstShared, row, keys, weights in
      let at = row * own + first
      let d = keys.map { dot(gradient, at, value, $0 * shared + firstShared) }
      let mean = zip(weights, d).reduce(0) { $0 + $1.0 * $1.1 }
      for (place, position) in keys.enumerated() {
        let (change, other) = (weights[place] * (d[place] - mean) * Double(scale), position * shared + firstShared)
        for c in 0..<size {
          ofQuery[at + c] += change * Double(key[other + c])
          ofKey[other + c] += change * Double(query[at + c])
          ofValue[other + c] += weights[place] * Double(gradient[at + c])
        }
      }
    }
    return [ofQuery, ofKey, ofValue]
  }

  private func exactTangent() -> [Double] {
    var result = [Double](repeating: 0, count: count * own)
    forEach { first, firstShared, row, keys, weights in
      let at = row * own + first
      let d = keys.map { position in
        let other = position * shared + firstShared
        return (dot(queryTangent, at, key, other) + dot(query, at, keyTangent, other)) * Double(scale)
      }
      let mean = zip(weights, d).reduce(0) { $0 + $1.0 * $1.1 }
      for (place, position) in keys.enumerated() {
        let other = position * shared + firstShared
        for c in 0..<size {
          result[at + c] += weights[place] * (d[place] - mean) * Double(value[other + c])
          result[at + c] += weights[place] * Double(valueTangent[other + c])
        }
      }
    }
    return result
  }
}

@Suite struct AttentionDerivativeTests {
  /// Sums of up to 128 products, and differences of gradients from their mean: where one key has nearly all the weight,
  /// such as in heads of two components, these are small beside what they are differences of.
  private func check(_ name: String, _ problem: Problem, tolerance: Double = 1e-6) throws {
    let table = try InstructionSets.table(name)
    for pulling in [true, false] {
      let errors = try problem.errors(table, pulling: pulling)
      #expect(errors.allSatisfy { $0 < tolerance }, "\(errors)")
    }
  }

  @Test("head sizes and lengths", arguments: InstructionSets.available) func headSizes(name: String) throws {
    for size in [2, 4, 6, 10, 16, 18, 32, 34, 48, 64, 80, 126, 128] {
      for count in [1, 2, 3, 4, 5, 18, 37] {
        try check(name, Problem(count: count, size: size), tolerance: count < 18 ? 3e-6 : 1e-6)
      }
    }
  }

  @Test("sliding windows", arguments: InstructionSets.available) func windows(name: String) throws {
    for window in [1, 2, 3, 5, 15, 16, 17, 33, 1000] {
      for count in [4, 21, 50] { try check(name, Problem(count: count, size: 12, window: window)) }
    }
  }

  @Test("all keys, those behind a query too", arguments: InstructionSets.available) func allKeys(name: String) throws {
    for (count, size) in [(1, 8), (3, 16), (4, 32), (17, 12), (37, 64)] {
      try check(name, Problem(count: count, heads: 4, keyValueHeads: 2, size: size, seesAll: true), tolerance: 3e-6)
    }
  }

  @Test("grouped heads", arguments: InstructionSets.available) func groups(name: String) throws {
    for (heads, keyValueHeads) in [(1, 1), (4, 4), (4, 2), (6, 2), (8, 1)] {
      try check(name, Problem(count: 23, heads: heads, keyValueHeads: keyValueHeads, size: 32))
    }
  }
}
