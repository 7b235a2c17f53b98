import CKernels
import Foundation
import Testing
import TestSupport

@Suite struct ProductTests {
  private static let fusedSets = InstructionSets.available.filter { $0 != "portable" }

  /// The documented sum of one element: chains of fused multiplications and additions, or rounded products.
  private func element(_ input: ArraySlice<Float>, _ weights: ArraySlice<Float>, fused: Bool) -> Float {
    var total: Float?
    for start in stride(from: 0, to: input.count, by: LOCUS_PRODUCT_DEPTH) {
      var chain: Float = 0
      for index in start..<min(start + LOCUS_PRODUCT_DEPTH, input.count) {
        let (x, w) = (input[input.startIndex + index], weights[weights.startIndex + index])
        chain = fused ? chain.addingProduct(x, w) : chain + x * w
      }
      total = total.map { $0 + chain } ?? chain
    }
    return total ?? 0
  }

  private func multiply(
    _ name: String, input: [Float], weights: [Float], rows: Int, columns: Int, depth: Int, bias: [Float]? = nil,
    addingTo before: [Float]? = nil
  ) throws -> [Float] {
    try weights.withUnsafeBytes {
      try multiply(
        name, input: input, weights: $0, format: LOCUS_FLOAT32, stride: depth, rows: rows, columns: columns,
        depth: depth, bias: bias, addingTo: before)
    }
  }

  private func multiply(
    _ name: String, input: [Float], weights: UnsafeRawBufferPointer, format: locus_weight_format, stride: Int,
    rows: Int, columns: Int, depth: Int, bias: [Float]? = nil, addingTo before: [Float]? = nil,
    inputTransposed: Bool = false, weightTransposed: Bool = false, skip: Int = 0
  ) throws -> [Float] {
    var output = Guarded(before ?? [Float](repeating: .nan, count: rows * columns))
    var scratch = [Float](repeating: .nan, count: locus_product_scratch_count())
    let table = try InstructionSets.table(name)
    try output.withPointer { target in
      input.withUnsafeBufferPointer { inputBuffer in
        (bias ?? []).withUnsafeBufferPointer { biasBuffer in
          var arguments = locus_product_arguments(
            input: inputBuffer.baseAddress, input_stride: inputTransposed ? rows : depth, weight: weights.baseAddress,
            weight_stride: stride, weight_skip: skip, format: format, bias: bias == nil ? nil : biasBuffer.baseAddress,
            output: target,
            output_stride: columns, rows: rows, columns: columns, depth: depth, adding: before != nil,
            input_transposed: inputTransposed, weight_transposed: weightTransposed)
          table.product(&arguments, &scratch)
        }
      }
    }
    #expect(output.isIntact)
    return output.values
  }

  @Test(
    arguments: InstructionSets.available,
    [(1, 1, 1), (12, 32, 64), (13, 33, 17), (5, 100, 511), (27, 7, 513), (3, 600, 40), (2, 515, 1200), (64, 16, 8)])
  func equalsItsDefinitionBitForBit(name: String, shape: (rows: Int, columns: Int, depth: Int)) throws {
    var random = SeededNumbers(seed: UInt64(shape.rows * 1000 + shape.depth))
    let (rows, columns, depth) = shape
    let input = random.floats(rows * depth)
    let weights = random.floats(columns * depth)
    let (bias, before) = (random.floats(columns), random.floats(rows * columns))
    let plain = try multiply(name, input: input, weights: weights, rows: rows, columns: columns, depth: depth)
    let full = try multiply(
      name, input: input, weights: weights, rows: rows, columns: columns, depth: depth, bias: bias, addingTo: before)
    for row in 0..<rows {
      for column in 0..<columns {
        let sum = element(
          input[row * depth..<(row + 1) * depth], weights[column * depth..<(column + 1) * depth],
          fused: name != "portable")
        #expect(plain[row * columns + column] == sum)
        // Bias and output join the first chain, so with one chain their order is known.
        if depth <= LOCUS_PRODUCT_DEPTH {
          #expect(full[row * columns + column] == before[row * columns + column] + (bias[column] + sum))
        }
      }
    }
  }

  @Test(arguments: InstructionSets.available)
  func aRowDoesNotDependOnTheOthers(name: String) throws {
    var random = SeededNumbers(seed: 5)
    let (rows, columns, depth) = (53, 91, 700)
    let input = random.floats(rows * depth)
    let weights = random.floats(columns * depth)
    let all = try multiply(name, input: input, weights: weights, rows: rows, columns: columns, depth: depth)
    for count in [1, 2, 3, 4, 7, 8, 11, 12, 24] {
      let first = 53 - count
      let some = try multiply(
        name, input: Array(input[(first * depth)...]), weights: weights, rows: count, columns: columns, depth: depth)
      #expect(some == Array(all[(first * columns)...]))
    }
    let columnCount = 37
    let part = try multiply(
      name, input: input, weights: Array(weights[..<(columnCount * depth)]), rows: rows, columns: columnCount,
      depth: depth)
    for row in 0..<rows {
      #expect(
        Array(part[row * columnCount..<(row + 1) * columnCount])
          == Array(all[row * columns..<row * columns + columnCount]))
    }
  }

  /// One set alone has nothing to agree with.
  @Test(.enabled(if: fusedSets.count > 1, "skipped: this processor has not two sets with fused additions"))
  func instructionSetsWithFusedAdditionsAgree() throws {
    let names = Self.fusedSets
    var random = SeededNumbers(seed: 6)
    let (input, weights) = (random.floats(40 * 600), random.floats(70 * 600))
    let results = try names.map {
      try multiply($0, input: input, weights: weights, rows: 40, columns: 70, depth: 600)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test(arguments: InstructionSets.available, [(LOCUS_BFLOAT16, 0), (LOCUS_FLOAT16, 1)])
  func halvesAreWidenedExactlyFromAnyByte(name: String, format: (locus_weight_format, Int)) throws {
    var random = SeededNumbers(seed: 8)
    let (rows, columns, depth, stride) = (9, 45, 83, 90)
    let input = random.floats(rows * depth)
    var bits = [UInt16](repeating: 0xffff, count: columns * stride)
    var widened = [Float](repeating: 0, count: columns * depth)
    for column in 0..<columns {
      for index in 0..<depth {
        let value = random.float()
        if format.0 == LOCUS_BFLOAT16 {
          bits[column * stride + index] = UInt16(value.bitPattern >> 16)
          widened[column * depth + index] = Float(bitPattern: value.bitPattern & 0xffff_0000)
        } else {
          bits[column * stride + index] = Float16(value).bitPattern
          widened[column * depth + index] = Float(Float16(value))
        }
      }
    }
    let expected = try multiply(name, input: input, weights: widened, rows: rows, columns: columns, depth: depth)
    for offset in [0, 1] {
      var bytes = [UInt8](repeating: 0, count: offset)
      bits.withUnsafeBytes { bytes.append(contentsOf: $0) }
      let output = try bytes.withUnsafeBytes {
        try multiply(
          name, input: input, weights: UnsafeRawBufferPointer(rebasing: $0[offset...]), format: format.0,
          stride: stride, rows: rows, columns: columns, depth: depth)
      }
      #expect(output == expected)
    }
  }

  private func transposed<Number>(_ matrix: [Number], columns: Int, stride: Int, filler: Number) -> [Number] {
    (0..<columns).flatMap { column in
      (0..<stride).map { row in
        row * columns < matrix.count ? matrix[row * columns + column] : filler
      }
    }
  }

  @Test(
    arguments: InstructionSets.available,
    [(1, 1, 1), (12, 32, 64), (13, 33, 17), (5, 100, 511), (27, 7, 513), (3, 600, 40), (2, 515, 1200), (64, 16, 8)])
  func transposedInputAndWeightsChangeNoBit(name: String, shape: (rows: Int, columns: Int, depth: Int)) throws {
    var random = SeededNumbers(seed: UInt64(shape.rows * 1000 + shape.depth))
    let (rows, columns, depth) = shape
    let input = random.floats(rows * depth)
    let turned = transposed(input, columns: depth, stride: rows, filler: .nan)
    let stride = columns + 3
    for format in [LOCUS_FLOAT32, LOCUS_BFLOAT16, LOCUS_FLOAT16] {
      let weights = random.floats(columns * depth).map { value -> Float in
        switch format {
        case LOCUS_BFLOAT16: Float(bitPattern: value.bitPattern & 0xffff_0000)
        case LOCUS_FLOAT16: Float(Float16(value))
        default: value
        }
      }
      let expected = try multiply(name, input: input, weights: weights, rows: rows, columns: columns, depth: depth)
      let stored = transposed(weights, columns: depth, stride: stride, filler: .nan)
      // From an odd byte on, and nothing behind the last weight.
      var bytes: [UInt8] = [0]
      for value in stored.dropLast(3) {
        switch format {
        case LOCUS_FLOAT32: withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        case LOCUS_BFLOAT16:
          withUnsafeBytes(of: UInt16(value.bitPattern >> 16)) { bytes.append(contentsOf: $0) }
        default: withUnsafeBytes(of: Float16(value).bitPattern) { bytes.append(contentsOf: $0) }
        }
      }
      for inputTransposed in [false, true] {
        let output = try bytes.withUnsafeBytes {
          try multiply(
            name, input: inputTransposed ? turned : input, weights: UnsafeRawBufferPointer(rebasing: $0[1...]),
            format: format, stride: stride, rows: rows, columns: columns, depth: depth,
            inputTransposed: inputTransposed, weightTransposed: true)
        }
        #expect(output == expected, "\(format)")
      }
    }
  }

  @Test(arguments: InstructionSets.available)
  func distances(name: String) throws {
    let table = try InstructionSets.table(name)
    var random = SeededNumbers(seed: 9)
    for count in Awkward.counts {
      let (x, y) = (random.floats(count), random.floats(count))
      let exact = zip(x, y).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
      #expect(abs(table.squared_distance(x, y, count) - exact) <= 1e-13 * exact)
      let length = x.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(table.squared_distance(x, nil, count) - length) <= 1e-13 * length)
      #expect(table.squared_distance(x, x, count) == 0)
    }
    #expect(table.squared_distance([.nan, 1], [1, 1], 2).isNaN)
  }
}
