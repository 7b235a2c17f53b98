import CKernels
import Foundation
import Testing
import TestSupport

/// Weights in blocks, against the format's table element by element.
@Suite struct BlockTests {
  static let formats: [(name: String, format: locus_weight_format)] = [
    ("Q4_0", LOCUS_Q4_0), ("Q4_1", LOCUS_Q4_1), ("Q5_0", LOCUS_Q5_0), ("Q5_1", LOCUS_Q5_1), ("Q8_0", LOCUS_Q8_0),
    ("IQ4_NL", LOCUS_IQ4_NL), ("Q2_K", LOCUS_Q2_K), ("Q3_K", LOCUS_Q3_K), ("Q4_K", LOCUS_Q4_K), ("Q5_K", LOCUS_Q5_K),
    ("Q6_K", LOCUS_Q6_K), ("IQ4_XS", LOCUS_IQ4_XS),
  ]

  @Test(arguments: InstructionSets.available, formats.map(\.name))
  func hasTheBitsOfTheTable(set: String, name: String) throws {
    let (table, reference) = (try InstructionSets.table(set), try #require(BlockReference.all[name]))
    let format = try #require(Self.formats.first { $0.name == name }?.format)
    #expect(locus_format_block_size(format) == reference.size)
    #expect(locus_format_byte_count(format, 3 * reference.size) == 3 * reference.byteCount)
    var random = SeededNumbers(seed: 3)
    let bytes = reference.random(20, &random)
    let expected = reference.values(bytes)
    // From an odd byte on, whole and in runs that cut blocks.
    let odd = [0] + bytes
    var runs = [0..<expected.count]
    while let last = runs.last, last.upperBound < expected.count || runs.count == 1 {
      let first = runs.count == 1 ? 0 : last.upperBound
      runs.append(first..<min(first + 1 + random.below(300), expected.count))
    }
    for run in runs {
      var values = Guarded(count: run.count)
      try values.withPointer { target in
        odd.withUnsafeBytes {
          table.widen_blocks(format, $0.baseAddress?.advanced(by: 1), run.lowerBound, run.count, target)
        }
      }
      #expect(values.isIntact && values.values.map(\.bitPattern) == expected[run].map(\.bitPattern), "\(run)")
    }
  }

  /// All scales, subnormal, negative and infinite ones too.
  @Test(arguments: InstructionSets.available)
  func takesEveryScale(set: String) throws {
    let table = try InstructionSets.table(set)
    for bits in UInt16.min...UInt16.max {
      let block =
        [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8), 1, 0xFF]
        + [UInt8](repeating: 3, count: 30)
      var values = [Float](repeating: 7, count: 32)
      table.widen_blocks(LOCUS_Q8_0, block, 0, 32, &values)
      let scale = Float(Float16(bitPattern: bits))
      let isRight = values[0].bitPattern == scale.bitPattern && values[1].bitPattern == (-scale).bitPattern
      guard !isRight, !(scale.isNaN && values[0].isNaN && values[1].isNaN) else { continue }
      Issue.record("\(bits): \(values[0]), \(values[1])")
    }
  }

  /// The same sums as with the widened matrix, also from inside a block on, and where rows are components.
  @Test(arguments: InstructionSets.available, formats.map(\.name))
  func productsWidenThem(set: String, name: String) throws {
    let reference = try #require(BlockReference.all[name])
    let format = try #require(Self.formats.first { $0.name == name }?.format)
    var random = SeededNumbers(seed: 5)
    let (outputs, width) = (37, 4 * 256)
    let bytes = reference.random(outputs * width / reference.size, &random)
    let values = reference.values(bytes)
    for (skip, depth) in [(0, width), (7, 600), (300, 100), (255, 513)] {
      let product = Product(set: set, rows: 5, skip: skip, stride: width)
      let dense = (0..<outputs).flatMap { row in values[row * width + skip..<row * width + skip + depth] }
      let input = random.floats(5 * depth)
      let expected = try product.output(input, dense, LOCUS_FLOAT32, columns: outputs, depth: depth)
      #expect(try product.output(input, bytes, format, columns: outputs, depth: depth) == expected)
      // The rows of the file as components.
      let across = (0..<depth).flatMap { column in (0..<outputs).map { dense[$0 * depth + column] } }
      let short = random.floats(5 * outputs)
      let turned = try product.output(short, across, LOCUS_FLOAT32, columns: depth, depth: outputs)
      #expect(try product.output(short, bytes, format, columns: depth, depth: outputs, transposed: true) == turned)
    }
  }

  /// A product of some rows with weights, dense ones or in blocks from `skip` on.
  private struct Product {
    let set: String
    let rows: Int
    let skip: Int
    let stride: Int

    func output<Element>(
      _ input: [Float], _ weights: [Element], _ format: locus_weight_format, columns: Int, depth: Int,
      transposed: Bool = false
    ) throws -> [Float] {
      let table = try InstructionSets.table(set)
      let size = locus_format_block_size(format)
      let first = locus_format_byte_count(format, skip / size * size)
      var output = [Float](repeating: .nan, count: rows * columns)
      var scratch = [Float](repeating: .nan, count: locus_product_scratch_count())
      weights.withUnsafeBytes { bytes in
        input.withUnsafeBufferPointer { input in
          output.withUnsafeMutableBufferPointer { target in
            var arguments = locus_product_arguments(
              input: input.baseAddress, input_stride: depth,
              weight: bytes.baseAddress?.advanced(by: size > 1 ? first : 0), weight_stride: size > 1 ? stride : depth,
              weight_skip: size > 1 ? skip % size : 0, format: format,
              bias: nil, output: target.baseAddress, output_stride: columns, rows: rows, columns: columns,
              depth: depth, adding: false, input_transposed: false, weight_transposed: transposed)
            table.product(&arguments, &scratch)
          }
        }
      }
      return output
    }
  }
}
