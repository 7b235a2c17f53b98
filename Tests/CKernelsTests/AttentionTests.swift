import CKernels
import Foundation
import Testing
import TestSupport

/// One problem: inputs with rows wider than they need be.
private struct Problem {
  var queryCount: Int
  var firstPosition = 0
  var heads = 2
  var keyValueHeads = 1
  var headSize = 8
  var window = 0
  /// Whether every query sees all keys.
  var seesAll = false
  let query: [Float]
  var key: [Float]
  var value: [Float]

  init(
    queryCount: Int, firstPosition: Int = 0, heads: Int = 2, keyValueHeads: Int = 1, headSize: Int = 8, window: Int = 0,
    seesAll: Bool = false
  ) {
    self.queryCount = queryCount
    self.firstPosition = firstPosition
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.window = window
    self.seesAll = seesAll
    var random = SeededNumbers(seed: UInt64(queryCount * 1000 + headSize))
    query = random.floats(queryCount * (heads * headSize + 3), scale: 3)
    key = random.floats((firstPosition + queryCount) * (keyValueHeads * headSize + 5), scale: 3)
    value = random.floats((firstPosition + queryCount) * (keyValueHeads * headSize + 7), scale: 2)
  }

  var width: Int { heads * headSize }
  var queryStride: Int { width + 3 }
  var keyStride: Int { keyValueHeads * headSize + 5 }
  var valueStride: Int { keyValueHeads * headSize + 7 }
  var outputStride: Int { width + 1 }
  var scale: Float { 1 / Float(headSize).squareRoot() }

  /// Rows `range` of the output, [row, outputStride] with the canary in the last column, by one call.
  func output(_ table: locus_kernel_table, rows range: Range<Int>) throws -> [Float] {
    var output = Guarded(count: range.count * outputStride)
    let positions = seesAll ? firstPosition + queryCount : firstPosition + range.upperBound
    var scratch = Guarded(count: locus_attention_scratch_count(positions, headSize))
    try query.withUnsafeBufferPointer { query in
      try key.withUnsafeBufferPointer { key in
        try value.withUnsafeBufferPointer { value in
          let first = try #require(query.baseAddress) + range.lowerBound * queryStride
          try output.withPointer { output in
            var arguments = locus_attention_arguments(
              query: first, query_stride: queryStride, key: key.baseAddress, key_stride: keyStride,
              value: value.baseAddress, value_stride: valueStride, output: output, output_stride: outputStride,
              query_count: range.count, first_position: firstPosition + range.lowerBound, heads: heads,
              key_value_heads: keyValueHeads, head_size: headSize, window: window,
              key_count: seesAll ? firstPosition + queryCount : 0, scale: scale, cap: 0, slopes: nil)
            try scratch.withPointer { table.attention(&arguments, $0) }
          }
        }
      }
    }
    #expect(output.isIntact && scratch.isIntact)
    return output.values
  }

  func expected(row: Int, head: Int) -> [Double] {
    let position = firstPosition + row
    let seen =
      seesAll
      ? 0...firstPosition + queryCount - 1 : (window == 0 ? 0 : max(0, position - window + 1))...position
    let keyHead = head / (heads / keyValueHeads)
    let scores = seen.map { key -> Double in
      let products = (0..<headSize).map { d in
        Double(query[row * queryStride + head * headSize + d])
          * Double(self.key[key * keyStride + keyHead * headSize + d])
      }
      return Double(scale) * products.reduce(0, +)
    }
    let largest = scores.max() ?? 0
    let weights = scores.map { Foundation.exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return (0..<headSize).map { d in
      zip(seen, weights).reduce(0) { total, pair in
        total + pair.1 / sum * Double(value[pair.0 * valueStride + keyHead * headSize + d])
      }
    }
  }

  /// The largest absolute error; infinite if the gap between rows was written or a value is NaN.
  func worstError(_ output: [Float]) -> Double {
    var worst = 0.0
    for row in 0..<queryCount {
      if output[row * outputStride + width] != Guarded.canary { return .infinity }
      for head in 0..<heads {
        for (d, exact) in expected(row: row, head: head).enumerated() {
          let error = abs(Double(output[row * outputStride + head * headSize + d]) - exact)
          worst = error.isNaN ? .infinity : max(worst, error)
        }
      }
    }
    return worst
  }
}

@Suite struct AttentionTests {
  // Scores up to about 30 carry an error of some 1e-6, weights the same relative error, values are at most 2.
  private let tolerance = 1e-5

  @Test("head sizes and query counts", arguments: InstructionSets.available)
  func headSizes(name: String) throws {
    let table = try InstructionSets.table(name)
    for headSize in [2, 4, 6, 8, 10, 14, 16, 18, 30, 32, 34, 48, 64, 80, 96, 126, 128] {
      for queryCount in [1, 2, 3, 4, 5, 37] {
        let problem = Problem(queryCount: queryCount, headSize: headSize)
        #expect(problem.worstError(try problem.output(table, rows: 0..<queryCount)) <= tolerance)
      }
    }
  }

  @Test("after a prefix", arguments: InstructionSets.available)
  func prefixes(name: String) throws {
    let table = try InstructionSets.table(name)
    for firstPosition in [1, 3, 14, 15, 16, 17, 31, 63, 100, 257] {
      for queryCount in [1, 3, 4, 5, 18] {
        let problem = Problem(queryCount: queryCount, firstPosition: firstPosition, headSize: 10)
        #expect(problem.worstError(try problem.output(table, rows: 0..<queryCount)) <= tolerance)
      }
    }
  }

  @Test("sliding windows", arguments: InstructionSets.available)
  func windows(name: String) throws {
    let table = try InstructionSets.table(name)
    for window in [1, 2, 3, 4, 5, 15, 16, 17, 33, 60, 1000] {
      for (firstPosition, queryCount) in [(0, 37), (0, 4), (20, 5), (50, 1), (70, 18)] {
        let problem = Problem(
          queryCount: queryCount, firstPosition: firstPosition, headSize: 12, window: window)
        #expect(problem.worstError(try problem.output(table, rows: 0..<queryCount)) <= tolerance)
      }
    }
  }

  @Test("all keys, those behind a query too", arguments: InstructionSets.available)
  func allKeys(name: String) throws {
    let table = try InstructionSets.table(name)
    for (headSize, queryCount, firstPosition) in [
      (8, 1, 0), (8, 2, 0), (12, 4, 0), (32, 5, 0), (64, 17, 0), (20, 37, 0), (16, 1, 16), (16, 6, 40),
    ] {
      let problem = Problem(
        queryCount: queryCount, firstPosition: firstPosition, heads: 4, keyValueHeads: 2, headSize: headSize,
        seesAll: true)
      #expect(problem.worstError(try problem.output(table, rows: 0..<queryCount)) <= tolerance)
    }
  }

  @Test("grouped heads", arguments: InstructionSets.available)
  func groups(name: String) throws {
    let table = try InstructionSets.table(name)
    for (heads, keyValueHeads) in [(1, 1), (4, 4), (4, 2), (6, 2), (8, 1)] {
      for queryCount in [1, 9] {
        let problem = Problem(queryCount: queryCount, heads: heads, keyValueHeads: keyValueHeads, headSize: 32)
        #expect(problem.worstError(try problem.output(table, rows: 0..<queryCount)) <= tolerance)
      }
    }
  }

  @Test("rows together, one by one and in parts are the same bit for bit", arguments: InstructionSets.available)
  func anyDivisionIntoCalls(name: String) throws {
    let table = try InstructionSets.table(name)
    for (headSize, window, seesAll) in [
      (32, 0, false), (20, 0, false), (128, 0, false), (32, 3, false), (32, 21, false), (32, 0, true),
    ] {
      let problem = Problem(
        queryCount: 41, firstPosition: 5, heads: 4, keyValueHeads: 2, headSize: headSize, window: window,
        seesAll: seesAll)
      let whole = try problem.output(table, rows: 0..<41)
      for length in [1, 3, 4, 6, 19] {
        var parts: [Float] = []
        for start in stride(from: 0, to: 41, by: length) {
          parts += try problem.output(table, rows: start..<min(41, start + length))
        }
        #expect(parts.map(\.bitPattern) == whole.map(\.bitPattern))
      }
    }
  }

  @Test("values that a row cannot see do not touch it, not even NaN", arguments: InstructionSets.available)
  func onlyTheReachCounts(name: String) throws {
    let table = try InstructionSets.table(name)
    for window in [0, 6] {
      let problem = Problem(queryCount: 22, headSize: 32, window: window)
      let clean = try problem.output(table, rows: 0..<22)
      var spoiled = problem
      for i in 0..<problem.keyStride { spoiled.key[10 * problem.keyStride + i] = .nan }
      for i in 0..<problem.valueStride { spoiled.value[10 * problem.valueStride + i] = .infinity }
      let output = try spoiled.output(table, rows: 0..<22)
      for row in 0..<22 {
        let range = row * problem.outputStride..<row * problem.outputStride + problem.width
        if row < 10 || (window > 0 && row >= 10 + window) {
          #expect(output[range] == clean[range])
        } else {
          #expect(output[range].allSatisfy { !$0.isFinite })
        }
      }
    }
  }

  @Test("scores far beyond the range of exp", arguments: InstructionSets.available)
  func largeScores(name: String) throws {
    let table = try InstructionSets.table(name)
    var problem = Problem(queryCount: 7, headSize: 32)
    problem.key = problem.key.map { $0 * 1000 }
    // Scores of some 10⁴ with errors of 10⁻³.
    #expect(problem.worstError(try problem.output(table, rows: 0..<7)) <= 1e-2)
  }

  @Test func nothingToDo() throws {
    let problem = Problem(queryCount: 1)
    #expect(try problem.output(try InstructionSets.table("portable"), rows: 0..<0).isEmpty)
  }
}
