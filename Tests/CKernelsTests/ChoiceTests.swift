import CKernels
import Testing
import TestSupport

@Suite struct ChoiceTests {
  private func choose(
    _ table: locus_kernel_table, _ logits: [Float], noise: [Float]? = nil, inverseTemperature: Float = 1
  ) -> locus_choice {
    guard let noise else { return table.choose(logits, nil, inverseTemperature, logits.count) }
    return table.choose(logits, noise, inverseTemperature, logits.count)
  }

  @Test("the largest and the second largest at every pair of places", arguments: InstructionSets.available)
  func everyPlace(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in [2, 15, 16, 17, 33, 67] {
      for best in 0..<count {
        for second in 0..<count where second != best {
          var logits = (0..<count).map { Float(-$0 % 7) - 100 }
          logits[best] = 3
          logits[second] = 1.25
          let choice = choose(table, logits)
          #expect(choice.best == Int32(best) && choice.margin == 1.75)
        }
      }
    }
  }

  @Test("on a tie the smallest index and margin 0", arguments: InstructionSets.available)
  func ties(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in [2, 16, 33, 50] {
      for first in 0..<count {
        for second in (first + 1)..<max(count, first + 1) {
          var logits = [Float](repeating: -5, count: count)
          logits[first] = 2
          logits[second] = 2
          let choice = choose(table, logits)
          #expect(choice.best == Int32(first) && choice.margin == 0)
        }
      }
      let level = choose(table, [Float](repeating: -7, count: count))
      #expect(level.best == 0 && level.margin == 0)
    }
  }

  @Test("against sorting, with noise and temperature", arguments: InstructionSets.available)
  func againstSorting(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts + [32000] {
      var random = SeededNumbers(seed: UInt64(count))
      // Multiples of 1/64, so that no rounding can change the order.
      let logits = (0..<count).map { _ in (random.float(16) * 64).rounded() / 64 }
      let noise = (0..<count).map { _ in (random.float(8) * 64).rounded() / 64 }
      for noise in [nil, noise] {
        let scores = zip(logits, noise ?? [Float](repeating: 0, count: count)).map { $0 * 0.5 + $1 }
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        let choice = choose(table, logits, noise: noise, inverseTemperature: 0.5)
        #expect(choice.best == Int32(order[0]))
        #expect(choice.margin == (count > 1 ? scores[order[0]] - scores[order[1]] : .infinity))
      }
    }
  }

  @Test("a score that is not finite makes the margin NaN", arguments: InstructionSets.available)
  func notFinite(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in [1, 5, 16, 40] {
      for place in 0..<count {
        for bad in [Float.nan, .infinity, -.infinity] {
          var logits = (0..<count).map { Float($0) }
          logits[place] = bad
          let choice = choose(table, logits)
          #expect(choice.margin.isNaN)
          let numbers = logits.indices.filter { !logits[$0].isNaN }
          #expect(choice.best == Int32(numbers.max { logits[$0] < logits[$1] } ?? 0))
        }
      }
    }
    let nothing = choose(table, [])
    #expect(nothing.best == 0 && nothing.margin.isNaN)
    #expect(choose(table, [.nan, -.infinity, -.infinity]).best == 1)
  }
}
