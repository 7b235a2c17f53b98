import CKernels
import Foundation
import Testing
import TestSupport

@Suite struct ExponentialTests {
  @Test("at most 2 units in the last place over the whole range", arguments: InstructionSets.available)
  func wholeRange(name: String) throws {
    let table = try InstructionSets.table(name)
    let exponential = try #require(table.exp)
    // Every 499th float between −110 and 95.
    var inputs: [Float] = []
    for sign in [UInt32(0), 0x8000_0000] {
      let last = (sign == 0 ? Float(95) : Float(110)).bitPattern
      inputs += stride(from: 0, through: last, by: 499).map { Float(bitPattern: $0 | sign) }
    }
    var outputs = [Float](repeating: 0, count: inputs.count)
    exponential(inputs, &outputs, inputs.count)
    var worst = 0.0
    for (x, y) in zip(inputs, outputs) {
      let exact = Foundation.exp(Double(x))
      if Float(exact).isInfinite {
        if !y.isInfinite { worst = .infinity }
      } else {
        worst = max(worst, unitsInLastPlace(y, from: exact))
      }
    }
    #expect(worst <= 2)
  }

  @Test(arguments: InstructionSets.available)
  func specialValues(name: String) throws {
    let table = try InstructionSets.table(name)
    let inputs: [Float] = [0, -0.0, .infinity, -.infinity, 88.72283, 88.72284, 1e30, -1e30, -103.9, -104.1]
    var outputs = [Float](repeating: -1, count: inputs.count)
    table.exp(inputs, &outputs, inputs.count)
    #expect(outputs[0] == 1 && outputs[1] == 1)
    #expect(outputs[2] == .infinity && outputs[3] == 0)
    #expect(outputs[4].isFinite && outputs[5] == .infinity)
    #expect(outputs[6] == .infinity && outputs[7] == 0)
    #expect(outputs[8] == .leastNonzeroMagnitude && outputs[9] == 0)
    var nan = [Float](repeating: 0, count: 37)
    table.exp([Float](repeating: .nan, count: 37), &nan, 37)
    #expect(nan.allSatisfy { $0.isNaN })
  }

  @Test(arguments: InstructionSets.available)
  func writesNothingElse(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      var random = SeededNumbers(seed: 1)
      let inputs = random.floats(count, scale: 5)
      var outputs = Guarded(count: count)
      try outputs.withPointer { table.exp(inputs, $0, count) }
      #expect(outputs.isIntact)
      #expect(zip(inputs, outputs.values).allSatisfy { unitsInLastPlace($1, from: Foundation.exp(Double($0))) <= 2 })
    }
  }
}
