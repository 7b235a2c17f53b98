import CKernels
import Foundation
import Testing

@Suite struct AngleTests {
  @Test(arguments: InstructionSets.available) func affinitiesAreThoseOfTheFormula(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      let cosines = (0..<count).map { count == 1 ? -1 : Float($0) / Float(count - 1) * 2 - 1 }
      var values = Guarded(cosines)
      try values.withPointer { table.angular_affinities($0, count) }
      for (value, cosine) in zip(values.values, cosines) {
        #expect(abs(Double(value) - (1 - acos(Double(cosine)) / .pi)) < 2e-7)
      }
      #expect(values.isIntact)
    }
  }

  @Test(arguments: InstructionSets.available) func roundingBeyondTheEndsIsCutOff(name: String) throws {
    let table = try InstructionSets.table(name)
    var values: [Float] = [1.0001, 1, -1, -1.0001, .infinity, -.infinity, .nan, 0]
    table.angular_affinities(&values, values.count)
    #expect(values[0] == 1 && values[1] == 1 && values[4] == 1)
    #expect([2, 3, 5].allSatisfy { abs(values[$0]) < 1e-7 })
    #expect(values[6].isFinite && abs(values[7] - 0.5) < 1e-7)
  }
}
