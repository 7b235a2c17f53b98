import CKernels
import Testing
import TestSupport

@Suite(.enabled(if: locus_has_quantized_products(), "skipped: this processor does not multiply bytes"))
struct QuantizedTests {
  private static let canary: Int32 = -77

  /// What the kernel says of every row.
  private struct Search {
    /// −1 where there are too many candidates or no bounds.
    var counts: [Int32]
    var candidates: [[Int32]]
    /// Lower bounds of the logits, `[rows, columns]`.
    var lower: [Float]
    var upper: [Float]
  }

  /// Nil where the weights cannot be quantized.
  private func search(
    input: [Float], weights: [Float], rows: Int, columns: Int, depth: Int, most: Int = LOCUS_CANDIDATE_COUNT,
    isFine: Bool = false, withBounds: Bool = true
  ) -> Search? {
    let packed = UnsafeMutableRawPointer.allocate(
      byteCount: locus_quantized_byte_count(columns, depth), alignment: 64)
    defer { packed.deallocate() }
    packed.initializeMemory(as: UInt8.self, repeating: 0, count: locus_quantized_byte_count(columns, depth))
    let padded = (columns + 31) / 32 * 32
    // Scales, errors and norms.
    var numbers = [Float](repeating: 0, count: 3 * padded)
    var lower = [Float](repeating: .nan, count: rows * columns)
    var upper = lower
    var counts = [Int32](repeating: Self.canary, count: rows)
    var candidates = [Int32](repeating: Self.canary, count: rows * most)
    var scratch = [UInt8](repeating: 0xa5, count: locus_candidate_scratch_byte_count(depth))
    let isFinite = numbers.withUnsafeMutableBufferPointer { numbers -> Bool in
      guard let base = numbers.baseAddress else { return false }
      var quantized = locus_quantized_weights(
        packed: packed.assumingMemoryBound(to: UInt8.self), scale: base, error: base + padded, norm: base + 2 * padded,
        largest_norm: 0, columns: columns, depth: depth)
      // In two parts, as any number of them must do.
      let first = columns / 2
      guard locus_quantize_columns(&quantized, 0, weights, first),
        locus_quantize_columns(&quantized, first, Array(weights[(first * depth)...]), columns - first)
      else { return false }
      lower.withUnsafeMutableBufferPointer { lower in
        upper.withUnsafeMutableBufferPointer { upper in
          input.withUnsafeBufferPointer { input in
            candidates.withUnsafeMutableBufferPointer { candidates in
              counts.withUnsafeMutableBufferPointer { counts in
                withUnsafePointer(to: quantized) { quantized in
                  var arguments = locus_candidate_arguments(
                    weights: quantized, input: input.baseAddress, input_stride: depth, rows: rows, fine: isFine,
                    most: most, candidates: candidates.baseAddress, counts: counts.baseAddress,
                    lower: withBounds ? lower.baseAddress : nil, upper: withBounds ? upper.baseAddress : nil)
                  locus_find_candidates(&arguments, &scratch)
                }
              }
            }
          }
        }
      }
      return true
    }
    guard isFinite else { return nil }
    let lists = (0..<rows).map { row -> [Int32] in
      let count = max(0, Int(counts[row]))
      #expect(candidates[(row * most + count)..<((row + 1) * most)].allSatisfy { $0 == Self.canary })
      return Array(candidates[row * most..<row * most + count])
    }
    return Search(counts: counts, candidates: lists, lower: lower, upper: upper)
  }

  /// The columns whose upper bound reaches the second largest lower bound.
  private func expected(_ search: Search, row: Int, columns: Int) -> [Int32] {
    let lower = search.lower[row * columns..<(row + 1) * columns].sorted(by: >)
    let least = columns > 1 ? lower[1] : -.infinity
    return (0..<columns).filter { search.upper[row * columns + $0] >= least }.map(Int32.init)
  }

  private func product(_ input: [Float], _ weights: [Float], rows: Int, columns: Int, depth: Int) -> [Float] {
    var output = [Float](repeating: 0, count: rows * columns)
    var scratch = [Float](repeating: 0, count: locus_product_scratch_count())
    output.withUnsafeMutableBufferPointer { output in
      input.withUnsafeBufferPointer { input in
        weights.withUnsafeBufferPointer { weights in
          var arguments = locus_product_arguments(
            input: input.baseAddress, input_stride: depth, weight: weights.baseAddress, weight_stride: depth,
            weight_skip: 0, format: LOCUS_FLOAT32, bias: nil, output: output.baseAddress, output_stride: columns,
            rows: rows,
            columns: columns, depth: depth, adding: false, input_transposed: false, weight_transposed: false)
          locus_product(&arguments, &scratch)
        }
      }
    }
    return output
  }

  // MARK: Products

  /// Whole numbers up to ±127, one of them in every vector: the scale is 1 and nothing is rounded, so that the middle
  /// of the bounds is the sum of the products.
  @Test(arguments: [1, 2, 3, 4, 7, 8, 11, 12, 13, 37], [(1, 1), (31, 3), (33, 4), (100, 66), (64, 288), (97, 301)])
  func productsOfBytesAreExact(rows: Int, shape: (columns: Int, depth: Int)) throws {
    let (columns, depth) = shape
    var random = SeededNumbers(seed: UInt64(rows * 1000 + depth))
    func vectors(_ count: Int) -> [Float] {
      var values = (0..<count * depth).map { _ in Float(Int(random.next() % 255) - 127) }
      for vector in 0..<count {
        values[vector * depth + Int(random.next() % UInt64(depth))] = random.next() % 2 == 0 ? 127 : -127
      }
      // The largest sums of either sign.
      if count > 2 {
        for component in 0..<depth { (values[component], values[depth + component]) = (127, -127) }
      }
      return values
    }
    let (input, weights) = (vectors(rows), vectors(columns))
    var wrong: [String] = []
    for isFine in [false, true] {
      let found = try #require(
        search(input: input, weights: weights, rows: rows, columns: columns, depth: depth, isFine: isFine))
      for row in 0..<rows {
        for column in 0..<columns {
          let exact = (0..<depth).reduce(0) {
            $0 + Int(input[row * depth + $1]) * Int(weights[column * depth + $1])
          }
          let place = row * columns + column
          let middle = (Double(found.lower[place]) + Double(found.upper[place])) / 2
          if Int(middle.rounded()) != exact { wrong.append("row \(row), column \(column)") }
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  // MARK: Bounds

  /// Vectors that are hard to put into bytes, and some at random.
  private func awkwardVectors(depth: Int, count: Int, random: inout SeededNumbers) -> [Float] {
    var vectors: [[Float]] = [
      Array(repeating: 0.3, count: depth),
      (0..<depth).map { $0 == depth / 2 ? 1000 : 0.004 * Float($0 % 7 - 3) },
      // Half way between two bytes.
      (0..<depth).map { $0 == 0 ? 127 : Float($0 % 50) + 0.5 },
      (0..<depth).map { 1e-15 * Float($0 + 1) },
      (0..<depth).map { $0 % 3 == 0 ? 1e12 : -3e11 },
    ]
    while vectors.count < count { vectors.append(random.floats(depth, scale: vectors.count % 2 == 0 ? 1 : 20)) }
    return vectors.flatMap { $0 }
  }

  @Test(arguments: [5, 64, 300, 1100], [false, true])
  func boundsHoldTheElementAndAreNarrow(depth: Int, isFine: Bool) throws {
    var random = SeededNumbers(seed: UInt64(depth))
    let (rows, columns) = (21, 150)
    let input = awkwardVectors(depth: depth, count: rows, random: &random)
    var weights = awkwardVectors(depth: depth, count: columns, random: &random)
    // A column of zeros, and one too small for bytes.
    for component in 0..<depth {
      weights[20 * depth + component] = 0
      weights[21 * depth + component] = 1e-30
    }
    let found = try #require(
      search(input: input, weights: weights, rows: rows, columns: columns, depth: depth, isFine: isFine))
    let elements = product(input, weights, rows: rows, columns: columns, depth: depth)
    var outside: [String] = []
    var wide: [String] = []
    for row in 0..<rows {
      let h = input[row * depth..<(row + 1) * depth]
      let length = h.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      for column in 0..<columns {
        let w = weights[column * depth..<(column + 1) * depth]
        let place = row * columns + column
        let exact = zip(h, w).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let (lower, upper) = (found.lower[place], found.upper[place])
        if !(lower <= elements[place] && elements[place] <= upper && Double(lower) <= exact && exact <= Double(upper)) {
          outside.append("row \(row), column \(column)")
        }
        // With c = largest component / 127, each of the two roundings is at most c √n / 2 long; that of a fine row is
        // 254 times as small.
        let norm = w.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let half = Double(depth).squareRoot() / 254
        let errors =
          Double(h.map(abs).max() ?? 0) * norm * half / (isFine ? 254 : 1) + Double(w.map(abs).max() ?? 0) * length
          * half
        let bound = 2.02 * errors + 4e-7 * Double(depth) * norm * length + 1e-30
        if column != 21 && !(Double(upper) - Double(lower) <= bound) { wide.append("row \(row), column \(column)") }
      }
    }
    #expect(outside.isEmpty)
    #expect(wide.isEmpty)
  }

  // MARK: Candidates

  @Test(arguments: [(1, 1, 8), (2, 2, 8), (13, 47, 40), (37, 1000, 64), (5, 9001, 96), (384, 70, 33)], [false, true])
  func candidatesAreThoseThatTheBoundsLeave(shape: (rows: Int, columns: Int, depth: Int), isFine: Bool) throws {
    let (columns, depth) = (shape.columns, shape.depth)
    let rows = min(shape.rows, isFine ? LOCUS_CANDIDATE_ROWS / 2 : LOCUS_CANDIDATE_ROWS)
    var random = SeededNumbers(seed: UInt64(columns))
    let (input, weights) = (random.floats(rows * depth), random.floats(columns * depth))
    let found = try #require(
      search(input: input, weights: weights, rows: rows, columns: columns, depth: depth, isFine: isFine))
    let elements = product(input, weights, rows: rows, columns: columns, depth: depth)
    for row in 0..<rows {
      #expect(found.candidates[row] == expected(found, row: row, columns: columns))
      let best = (0..<columns).sorted { elements[row * columns + $0] > elements[row * columns + $1] }.prefix(2)
      #expect(best.allSatisfy { found.candidates[row].contains(Int32($0)) })
    }
    let unseen = search(
      input: input, weights: weights, rows: rows, columns: columns, depth: depth, isFine: isFine, withBounds: false)
    #expect(unseen?.candidates == found.candidates)
  }

  /// Each column beats those before it, so that every one is a candidate for a while.
  @Test func candidatesComeAndGo() throws {
    let (columns, depth) = (6000, 24)
    let direction: [Float] = (0..<depth).map { Float($0 % 5) - 1.7 }
    let weights = (0..<columns).flatMap { column in direction.map { $0 * Float(column + 1) / 500 } }
    let found = try #require(
      search(input: direction + direction.map { -$0 }, weights: weights, rows: 2, columns: columns, depth: depth))
    for row in 0..<2 { #expect(found.candidates[row] == expected(found, row: row, columns: columns)) }
    #expect(found.candidates[0].last == 5999 && found.candidates[1].first == 0)
  }

  @Test func tooManyCandidates() throws {
    let (columns, depth, most) = (5000, 16, 40)
    var random = SeededNumbers(seed: 3)
    let best = [Float](repeating: 1, count: depth)
    for (ties, count) in [(39, 39), (40, 40), (41, -1), (4000, -1)] {
      var weights = random.floats(columns * depth, scale: 0.1)
      for tie in 0..<ties { weights.replaceSubrange(tie * depth..<(tie + 1) * depth, with: best) }
      let found = try #require(
        search(input: best, weights: weights, rows: 1, columns: columns, depth: depth, most: most))
      #expect(found.counts == [Int32(count)])
      #expect(found.candidates[0] == (0..<max(0, count)).map(Int32.init))
    }
  }

  @Test func numbersWithoutBounds() throws {
    let depth = 20
    var random = SeededNumbers(seed: 4)
    let plain = random.floats(depth)
    func with(_ value: Float) -> [Float] { plain.dropLast() + [value] }
    let states = [
      with(.nan), plain, with(.infinity), with(-.infinity), [Float](repeating: 0, count: depth),
      plain.map { $0 * 1e-25 }, plain.map { $0 * 1e37 }, plain,
    ]
    let weights = random.floats(50 * depth, scale: 10)
    for isFine in [false, true] {
      let found = try #require(
        search(
          input: states.flatMap { $0 }, weights: weights, rows: states.count, columns: 50, depth: depth, isFine: isFine)
      )
      #expect(found.counts.map { $0 > 0 } == [false, true, false, false, false, false, false, true])
      #expect(found.candidates[1] == found.candidates[7])
    }
    for value in [Float.nan, .infinity, -.infinity] {
      #expect(
        search(input: plain, weights: weights.dropLast() + [value], rows: 1, columns: 50, depth: depth) == nil)
    }
  }
}
