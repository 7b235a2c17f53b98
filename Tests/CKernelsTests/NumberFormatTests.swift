import CKernels
import Foundation
import Testing
import TestSupport

@Suite struct NumberFormatTests {
  /// The value of a binary16 pattern by its definition (IEEE 754, section 3.4).
  private func valueOfFloat16(_ bits: UInt16) -> Float {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1023)
    switch exponent {
    case 0: return Float(sign * fraction * Foundation.pow(2, -24))
    case 31: return fraction == 0 ? Float(sign) * .infinity : .nan
    default: return Float(sign * (1024 + fraction) * Foundation.pow(2, Double(exponent - 25)))
    }
  }

  @Test("all 65536 patterns", arguments: InstructionSets.available)
  func float16(name: String) throws {
    let table = try InstructionSets.table(name)
    let patterns = (0...UInt16.max).map { $0 }
    var values = [Float](repeating: 0, count: patterns.count)
    table.widen_float16(patterns, &values, patterns.count)
    for (pattern, value) in zip(patterns, values) {
      let expected = valueOfFloat16(pattern)
      if expected.isNaN {
        // The payload moves to the leading bits of the fraction.
        let payload = UInt32(pattern & 0x8000) << 16 | 0x7f80_0000 | UInt32(pattern & 1023) << 13
        #expect(value.bitPattern == payload)
      } else {
        #expect(value.bitPattern == expected.bitPattern)
      }
    }
  }

  @Test("all 65536 patterns", arguments: InstructionSets.available)
  func bfloat16(name: String) throws {
    let table = try InstructionSets.table(name)
    let patterns = (0...UInt16.max).map { $0 }
    var values = [Float](repeating: 0, count: patterns.count)
    table.widen_bfloat16(patterns, &values, patterns.count)
    #expect(zip(patterns, values).allSatisfy { UInt32($0) << 16 == $1.bitPattern })
  }

  @Test(arguments: InstructionSets.available)
  func writesNothingElse(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      let halves = (0..<count).map { UInt16($0 * 37 % 31000) }
      var first = Guarded(count: count)
      var second = Guarded(count: count)
      try first.withPointer { table.widen_float16(halves, $0, count) }
      try second.withPointer { table.widen_bfloat16(halves, $0, count) }
      #expect(first.isIntact && first.values == halves.map(valueOfFloat16))
      #expect(second.isIntact && second.values == halves.map { Float(bitPattern: UInt32($0) << 16) })
    }
  }

  @Test(arguments: InstructionSets.available)
  func extremes(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(count))
      // All of one sign too, so that a zero that came from nowhere would show.
      for offset: Float in [0, 10, -10] {
        let values = random.floats(count).map { $0 + offset }
        var smallest: Float = 0
        var largest: Float = 0
        table.extremes(values, count, &smallest, &largest)
        #expect(smallest == values.min() && largest == values.max())
      }
    }
  }
}
