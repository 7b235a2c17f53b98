import Findings
import Perturbations
import Testing
import Transformer

/// What a permuted screen keeps, and what it does not.
struct PermutationTests {
  private let mutations = PermutationTests.mutations(region: 2)
  private let inputCount = 3

  private static func mutations(region: Int) -> [Mutation] {
    [WeightMatrix.o, .up].flatMap {
      Screens.mutations(layer: 1, matrix: $0, rows: 12, columns: 16, region: region, kinds: [.maximum, .zero])
    }
  }

  /// Every verdict looks like no other.
  private var phenotypes: Phenotypes {
    var table = Phenotypes(
      mutationCount: mutations.count, inputCount: inputCount, stepCount: 2, componentCount: 2,
      recording: RecordedColumns(text: true, divergence: true, perplexity: true, direction: .full, choices: true))
    for mutation in mutations.indices {
      table.value[mutation] = Float(mutation)
      for component in 0..<2 { table.direction[2 * mutation + component] = Float(2 * mutation + component) }
    }
    for verdict in 0..<mutations.count * inputCount {
      table.firstChange[verdict] = Int16(verdict % 5 - 1)
      table.margin[verdict] = Float(verdict)
      table.divergence[verdict] = Float(verdict) / 2
      table.logPerplexityChange[verdict] = Float(verdict) / 4
      for step in 0..<2 { table.tokens[2 * verdict + step] = Int32(2 * verdict + step) }
      table.choice[verdict] = UInt8(verdict % 200)
    }
    return table
  }

  private func permuted(_ null: CalibrationNull, seed: UInt64) -> Phenotypes {
    phenotypes.permuted(by: ScreenPermutation(null, of: mutations, inputCount: inputCount, seed: seed))
  }

  /// All that a table says of a verdict, in one text.
  private func cell(_ table: Phenotypes, _ verdict: Int) -> String {
    let tokens = table.tokens[2 * verdict..<2 * verdict + 2].map(String.init).joined(separator: " ")
    return "\(table.firstChange[verdict]) \(table.margin[verdict]) \(table.divergence[verdict]) "
      + "\(table.logPerplexityChange[verdict]) \(tokens) \(table.choice[verdict])"
  }

  @Test func cellsStayWholeAndWithTheirInput() {
    let (before, after) = (phenotypes, permuted(.cells, seed: 3))
    var moved = 0
    for input in 0..<inputCount {
      let verdicts = mutations.indices.map { $0 * inputCount + input }
      let (old, new) = (verdicts.map { cell(before, $0) }, verdicts.map { cell(after, $0) })
      #expect(Set(old).count == mutations.count && old.sorted() == new.sorted())
      moved += zip(old, new).count { $0 != $1 }
    }
    #expect(moved > mutations.count * inputCount * 8 / 10)
    #expect(after.value == before.value && after.direction == before.direction)
    // Verdicts of a mutation part: hardly two still stand together.
    let together = mutations.indices.count { mutation in
      let sources = (0..<2).map { Int(after.margin[mutation * inputCount + $0]) / inputCount }
      return sources[0] == sources[1]
    }
    #expect(together < mutations.count / 10)
  }

  @Test func phenotypesStayWholeAndInTheirCombination() {
    let (before, after) = (phenotypes, permuted(.phenotypes, seed: 3))
    #expect(after.value == before.value)
    var sources: [Int] = []
    for (index, mutation) in mutations.enumerated() {
      let source = Int(after.margin[index * inputCount]) / inputCount
      sources.append(source)
      #expect(mutations[source].region.matrix == mutation.region.matrix && mutations[source].kind == mutation.kind)
      var (old, new) = (before, after)
      (old.value[source], new.value[index]) = (0, 0)
      // The whole row, whatever columns there are.
      #expect(old.bytes(rows: source..<source + 1) == new.bytes(rows: index..<index + 1))
    }
    #expect(sources.sorted() == Array(mutations.indices) && zip(sources, 0...).count { $0 != $1 } > 150)
  }

  @Test func aSeedTellsThePermutation() {
    for null in CalibrationNull.allCases {
      #expect(permuted(null, seed: 3) == permuted(null, seed: 3))
      #expect(permuted(null, seed: 3) != permuted(null, seed: 4))
    }
  }

  /// Families of all subjects are there, each once.
  @Test func familiesAreNamedOnce() throws {
    let counts = try Screens.counts(Self.mutations(region: 4), tasks: ["story", "code"]) { mutation, input in
      (mutation.region.rows.lowerBound / 4 + input) % 3 == 0
    }
    let families = try Analysis(ScreenMaterial(counts, inputs: ["a", "b"])).families
    #expect(
      families.map(\.name) == [
        .overlap, .specificity, .bias, .stripes, .beyondArithmetic, .alone, .complementarity,
      ])
    // Two matrices of three row blocks and four column blocks, by two kinds and both together.
    #expect(families[3].tests == 2 * 7 * 3 && families[0].tests == 1)
    // Regions of two row blocks of four column blocks in two matrices are sensitive to something, on each of two tasks;
    // but two verdicts of a region on a task are too few to find anything, so that nothing counts as tested.
    #expect(Specificity(counts).testCount == 2 * 4 * 2 * 2 && families[1].tests == 0)
    let subjects = FindingFamily.Name.allCases.map(\.subject)
    #expect(subjects.contains(.places) && subjects.contains(.mutations) && subjects.contains(.texts))
  }
}
