import Findings
import Perturbations
import Testing
import TestSupport
import Transformer

/// Distinct continuations against what a dictionary says.
struct ContinuationsTests {
  private let inputCount = 3
  private let stepCount = 2

  /// Verdicts on 40 mutations of one matrix and 20 of another; few tokens, so that continuations come again.
  private func verdicts() -> (mutations: [Mutation], firstChange: [Int16], tokens: [Int32]) {
    let mutations =
      Screens.mutations(matrix: .q, rows: 20, columns: 8, region: 4, kinds: [.maximum, .minimum, .zero])
      + Screens.mutations(layer: 1, matrix: .down, rows: 20, columns: 8, region: 4, kinds: [.zero])
    var chance = SeededNumbers(3)
    let firstChange = (0..<mutations.count * inputCount).map { _ in chance.happens(60) ? Int16(chance.below(2)) : -1 }
    let tokens = firstChange.flatMap { step -> [Int32] in
      guard step >= 0 else { return [-1, -1] }
      let first = Int32(chance.below(4))
      return [first, chance.happens(30) ? -1 : Int32(chance.below(4))]
    }
    return (mutations, firstChange, tokens)
  }

  private func continuations(rowsAtATime step: Int) -> Continuations {
    let (mutations, firstChange, tokens) = verdicts()
    var continuations = Continuations(inputCount: inputCount, stepCount: stepCount)
    for start in stride(from: 0, to: mutations.count, by: step) {
      let rows = start * inputCount..<min(start + step, mutations.count) * inputCount
      continuations.add(
        firstChange: Array(firstChange[rows]),
        tokens: Array(tokens[rows.lowerBound * stepCount..<rows.upperBound * stepCount]))
    }
    return continuations
  }

  @Test(arguments: [1, 7, 1000])
  func continuationsAreNumberedInOrderOfAppearance(rowsAtATime: Int) {
    let (mutations, firstChange, tokens) = verdicts()
    let continuations = continuations(rowsAtATime: rowsAtATime)
    var known: [[Int32]: Int32] = [:]
    var counts: [Int32] = []
    for (verdict, step) in firstChange.enumerated() {
      guard step >= 0 else {
        #expect(continuations.numbers[verdict] == -1)
        continue
      }
      let said = Array(tokens[verdict * stepCount..<(verdict + 1) * stepCount])
      let key = [Int32(verdict % inputCount)] + said
      if known[key] == nil {
        known[key] = Int32(counts.count)
        counts.append(0)
        #expect(continuations.mutation(of: counts.count - 1) == verdict / inputCount)
        #expect(continuations.input(of: counts.count - 1) == verdict % inputCount)
        #expect(Array(continuations.tokens(of: counts.count - 1)) == said.filter { $0 >= 0 })
      }
      let number = known[key] ?? -1
      counts[Int(number)] += 1
      #expect(continuations.numbers[verdict] == number)
    }
    #expect(continuations.mutantCounts == counts && continuations.count == counts.count && counts.count > 30)
    #expect(continuations.mutationCount == mutations.count)
  }

  @Test func manyContinuationsAreKeptApart() {
    // Enough for several pieces of storage and several sizes of the table.
    let count = 70_000
    var continuations = Continuations(inputCount: 1, stepCount: 3)
    let tokens = (0..<2 * count).flatMap { index -> [Int32] in [7, Int32(index % count), -1] }
    continuations.add(firstChange: Array(repeating: 1, count: 2 * count), tokens: tokens)
    #expect(continuations.count == count && continuations.mutantCounts.allSatisfy { $0 == 2 })
    #expect(continuations.numbers.enumerated().allSatisfy { Int($1) == $0 % count })
    #expect((0..<count).allSatisfy { Array(continuations.tokens(of: $0)) == [7, Int32($0)] })
  }

  /// Every kind says the same of one matrix on one input, over and over: one continuation for each.
  @Test func everyKindCountsForItself() {
    let kinds = Kind.allCases
    let mutations = Screens.mutations(matrix: .v, rows: 8, columns: 8, region: 4, kinds: kinds)
    var table = MutationColumns()
    for mutation in mutations { table.append(mutation) }
    var continuations = Continuations(inputCount: 1, stepCount: 1)
    continuations.add(
      firstChange: mutations.map { _ in 0 }, tokens: Array(repeating: 5, count: mutations.count))
    let distinct = DistinctPhenotypes(table, continuations)
    #expect(distinct.entries.map(\.combination.kind) == kinds)
    #expect(distinct.entries.allSatisfy { $0.nonSilent == [4] && $0.distinct == [1] })
  }

  @Test func distinctPhenotypesAreCounted() {
    let (mutations, firstChange, tokens) = verdicts()
    var table = MutationColumns()
    for mutation in mutations { table.append(mutation) }
    #expect(mutations.indices.allSatisfy { table[$0] == mutations[$0] })
    let distinct = DistinctPhenotypes(table, continuations(rowsAtATime: 16))
    #expect(distinct.entries.map(\.combination.kind) == [.maximum, .minimum, .zero, .zero])
    #expect(distinct.entries.map(\.combination.matrix) == [.q, .q, .q, .down])
    func said(_ input: Int, _ isOwn: (Mutation) -> Bool) -> [[Int32]] {
      mutations.indices.filter { isOwn(mutations[$0]) && firstChange[$0 * inputCount + input] >= 0 }.map { index in
        let start = (index * inputCount + input) * stepCount
        return Array(tokens[start..<start + stepCount])
      }
    }
    for entry in distinct.entries {
      let all = (0..<inputCount).map { input in
        said(input) { $0.kind == entry.combination.kind && $0.region.matrix == entry.combination.matrix }
      }
      #expect(entry.nonSilent == all.map(\.count) && entry.distinct == all.map { Set($0).count })
    }
    #expect(distinct.nonSilent == (0..<inputCount).map { said($0) { _ in true }.count })
    #expect(distinct.distinct == (0..<inputCount).map { Set(said($0) { _ in true }).count })
  }
}
