import CKernels
import Foundation
import Testing
import TestSupport

#if arch(x86_64)
  private typealias Precise = Float80
#else
  private typealias Precise = Double
#endif

/// log Σ exp and KL by their definitions, in the widest type there is.
private struct Reference {
  let logSum: Precise
  let divergence: Precise
  /// log Σ exp of the mutant's logits less that of the baseline's.
  let logSumChange: Precise
  /// The textbook formula, which loses small divergences.
  let textbook: Precise

  init(_ baseline: [Float], _ mutant: [Float]) {
    let b = baseline.map { Precise($0) }
    let m = mutant.map { Precise($0) }
    let baselineSum = Self.logSum(b)
    let mutantSum = Self.logSum(m)
    let probabilities = b.map { Foundation.exp($0 - baselineSum) }
    let total = probabilities.reduce(0, +)
    let mean = zip(probabilities, zip(m, b)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) } / total
    var sum: Precise = 0
    var plain: Precise = 0
    for (v, p) in probabilities.enumerated() {
      let e = m[v] - b[v] - mean
      sum += p * (Foundation.expm1(e) - e)
      plain += p * (b[v] - baselineSum - m[v] + mutantSum)
    }
    logSum = baselineSum
    logSumChange = mutantSum - baselineSum
    divergence = Foundation.log1p(sum / total)
    textbook = plain
  }

  private static func logSum(_ x: [Precise]) -> Precise {
    let top = x.max() ?? 0
    return top + Foundation.log(x.reduce(0) { $0 + Foundation.exp($1 - top) })
  }
}

@Suite struct DivergenceTests {
  private func relativeError(_ table: locus_kernel_table, _ baseline: [Float], _ mutant: [Float]) -> Double {
    let reference = Reference(baseline, mutant)
    let logSum = table.log_sum_exp(baseline, baseline.count)
    // 30 is about the largest logit; exponentials and their sums carry some 1e-7.
    if abs(logSum - Double(reference.logSum)) > 1e-6 { return .infinity }
    let compared = table.compare(baseline, logSum, mutant, baseline.count)
    let value = compared.divergence
    // The mean difference carries some 1e-7 of the largest.
    let largest = zip(baseline, mutant).reduce(Float(0)) { max($0, abs($1.1 - $1.0)) }
    let allowed = 1e-6 * Double(largest) + 1e-5 * Double(reference.divergence) + 1e-12
    if !(abs(compared.log_sum_change - Double(reference.logSumChange)) <= allowed) { return .infinity }
    if reference.divergence > 1e-6 {
      let difference = abs(reference.textbook - reference.divergence)
      if difference > 1e-8 * reference.divergence { return .infinity }
    }
    return abs(value / Double(reference.divergence) - 1)
  }

  @Test("relative error 1e-5 from 1e-12 to 50, with and without a common shift", arguments: InstructionSets.available)
  func wholeRange(name: String) throws {
    let table = try InstructionSets.table(name)
    var smallest = Double.infinity
    var largest = 0.0
    for count in [2, 3, 17, 255, 257, 4099] {
      var random = SeededNumbers(seed: UInt64(count))
      for peak: Float in [0, 12, 40] {
        var baseline = random.floats(count, scale: 8)
        baseline[count / 2] += peak
        for exponent in stride(from: -6.0, through: 1.6, by: 0.4) {
          let scale = Float(Foundation.pow(10, exponent))
          for shift: Float in [0, 5, -20] {
            let mutant = baseline.map { $0 + shift + random.float(scale) }
            let reference = Double(Reference(baseline, mutant).divergence)
            guard reference >= 1e-12, reference <= 50 else { continue }
            smallest = min(smallest, reference)
            largest = max(largest, reference)
            let error = relativeError(table, baseline, mutant)
            #expect(error <= 1e-5, "count \(count), peak \(peak), scale \(scale), shift \(shift), \(reference) nats")
          }
        }
      }
    }
    #expect(smallest < 1e-11 && largest > 20)
  }

  @Test("an unlikely token that the mutant lifts", arguments: InstructionSets.available)
  func liftedToken(name: String) throws {
    let table = try InstructionSets.table(name)
    var random = SeededNumbers(seed: 5)
    for peak: Float in [20, 40, 60, 90, 98] {
      for lift in stride(from: Float(-10), through: 150, by: 7) {
        var baseline = random.floats(1000)
        baseline[700] = peak
        var mutant = baseline
        mutant[3] += lift
        let reference = Double(Reference(baseline, mutant).divergence)
        guard reference >= 1e-12 else { continue }
        #expect(relativeError(table, baseline, mutant) <= 1e-5, "peak \(peak), lift \(lift), \(reference) nats")
      }
    }
  }

  @Test("150,000 tokens", arguments: InstructionSets.available)
  func largeVocabulary(name: String) throws {
    let table = try InstructionSets.table(name)
    var random = SeededNumbers(seed: 9)
    for range: Float in [0, 10] {
      let baseline = random.floats(150_000, scale: range)
      for scale: Float in [1e-4, 1, 10] {
        let mutant = baseline.map { $0 + random.float(scale) }
        #expect(relativeError(table, baseline, mutant) <= 1e-5)
      }
    }
  }

  @Test(arguments: InstructionSets.available)
  func exactlyZero(name: String) throws {
    let table = try InstructionSets.table(name)
    for count in Awkward.counts {
      var random = SeededNumbers(seed: UInt64(count))
      let logits = random.floats(count, scale: 12)
      #expect(table.compare(logits, table.log_sum_exp(logits, count), logits, count) == locus_comparison())
    }
  }

  @Test("more than a float can hold", arguments: InstructionSets.available)
  func hugeDivergence(name: String) throws {
    let table = try InstructionSets.table(name)
    var baseline = [Float](repeating: 0, count: 300)
    baseline[0] = 100
    var mutant = baseline
    mutant[200] = 10_000
    let value = table.compare(baseline, table.log_sum_exp(baseline, 300), mutant, 300)
    #expect(abs(value.divergence - 9_900) < 1e-3 && abs(value.log_sum_change - 9_900) < 1e-3)
  }

  @Test(arguments: InstructionSets.available)
  func notFinite(name: String) throws {
    let table = try InstructionSets.table(name)
    let baseline = [Float](repeating: 1, count: 40)
    let logSum = table.log_sum_exp(baseline, 40)
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in [0, 20, 39] {
        var mutant = baseline
        mutant[place] = bad
        #expect(table.compare(baseline, logSum, mutant, 40).divergence.isNaN)
        let badSum = table.log_sum_exp(mutant, 40)
        #expect(bad == -.infinity ? abs(badSum - 1 - Foundation.log(39)) < 1e-6 : !badSum.isFinite)
      }
    }
    #expect(table.log_sum_exp([], 0) == -.infinity)
    #expect(table.log_sum_exp([-.infinity, -.infinity], 2) == -.infinity)
    #expect(table.log_sum_exp([.infinity, 1], 2) == .infinity)
    #expect(table.log_sum_exp([.infinity, .nan], 2).isNaN)
  }
}
