import Findings
import Perturbations
import Statistics
import Testing
import Transformer

/// Two regions of q and one of down, two kinds, three inputs of two tasks; counted by hand.
struct CountsTests {
  private let mutations =
    Screens.mutations(matrix: .q, rows: 8, columns: 4, region: 4, kinds: [.maximum, .zero])
    + Screens.mutations(layer: 1, matrix: .down, rows: 4, columns: 4, region: 4, kinds: [.maximum, .zero])
  private let firstChange: [Int16] = [
    0, 5, 2,  // q, first region, maximum
    -1, -1, -1,  // zero
    -1, 7, -1,  // second region, maximum
    -1, -1, 0,  // zero
    1, 1, 1,  // down, maximum
    -1, -1, -1,  // zero
  ]
  private let tasks = ["story", "code", "story"]

  private func counted(rowsAtATime step: Int) throws -> ScreenCounts {
    var counts = ScreenCounts(taskOfInput: tasks, source: "test.h5")
    for start in stride(from: 0, to: mutations.count, by: step) {
      let rows = start..<min(start + step, mutations.count)
      try counts.add(
        VerdictSlab(
          mutations: Array(mutations[rows]), inputCount: 3,
          firstChange: Array(firstChange[rows.lowerBound * 3..<rows.upperBound * 3]), divergence: nil))
    }
    return counts
  }

  @Test(arguments: [1, 2, 4, 6])
  func combinationsAreCountedByInput(rowsAtATime: Int) throws {
    let combinations = try counted(rowsAtATime: rowsAtATime).combinations
    #expect(combinations.map(\.layer) == [0, 0, 1, 1])
    #expect(combinations.map(\.matrix) == [.q, .q, .down, .down])
    #expect(combinations.map(\.kind) == [.maximum, .zero, .maximum, .zero])
    #expect(combinations.map(\.mutationCount) == [2, 2, 1, 1])
    #expect(combinations.map(\.nonSilent) == [[1, 2, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]])
    #expect(combinations.map(\.onSomeInput) == [2, 1, 1, 0])
    #expect(combinations.map(\.onEveryInput) == [1, 0, 1, 0])
  }

  @Test(arguments: [1, 6])
  func sumsAreOverWhatIsChosen(rowsAtATime: Int) throws {
    let counts = try counted(rowsAtATime: rowsAtATime)
    #expect(counts.tasks == ["story", "code"] && counts.inputsOfTask == [[0, 2], [1]])
    #expect(counts.verdicts() == Proportion(count: 8, total: 18))
    #expect(counts.verdicts(matrix: .q) == Proportion(count: 5, total: 12))
    #expect(counts.verdicts(kind: .zero, task: 0) == Proportion(count: 1, total: 6))
    #expect(counts.verdicts(layer: 1, task: 1) == Proportion(count: 1, total: 2))
    #expect(counts.mutations() == (6, 4, 2))
    #expect(counts.regionsOfTask == [3, 3])
    #expect(counts.regions.count == 3)
    #expect(counts.regions.matrices == [0..<2, 2..<3])
    #expect(counts.regions.verdicts(region: 1) == Proportion(count: 2, total: 6))
    #expect(counts.regions.verdicts(region: 1, kind: .minimum) == nil)
  }

  @Test func sensitivityComparesWithTheRestOfTheTask() throws {
    let sensitivity = Sensitivity(try counted(rowsAtATime: 6))
    #expect(sensitivity.screen == [Proportion(count: 5, total: 12), Proportion(count: 3, total: 6)])
    let first = sensitivity.entries[0].tasks
    #expect(first.map(\.verdicts) == [Proportion(count: 2, total: 4), Proportion(count: 2, total: 2)])
    // Others on story: 3 of 8 are non-silent, so the cells are 2.5, 2.5, 3.5 and 5.5: ln(5.5 / 3.5).
    #expect(abs(first[0].logOddsRatio.value - 0.4519851237430572) < 1e-12)
  }

  @Test func regionsOfATaskAreCountedOnce() throws {
    let counts = try Screens.counts(mutations, tasks: ["a", "a", "b"]) { mutation, input in
      input < 2 && mutation.region.matrix == .q
    }
    #expect(counts.regionsOfTask == [2, 0])
  }

  @Test func mutationsOutOfOrderAreRefused() throws {
    for wrong in [[1, 0], [0, 0], [4, 2], [2, 1]] {
      var counts = ScreenCounts(taskOfInput: ["a"], source: "test.h5")
      let slab = VerdictSlab(
        mutations: wrong.map { mutations[$0] }, inputCount: 1, firstChange: [-1, -1], divergence: nil)
      #expect(throws: FindingsError.self) { try counts.add(slab) }
    }
  }

  /// A damaged file can place two small regions as far apart as no matrix is wide.
  @Test func regionsFarApartAreRefused() throws {
    func counts(last: Int) throws -> ScreenCounts {
      let mutations = [0, last].map { row in
        Mutation(region: Region(layer: 0, matrix: .q, rows: row..<row + 1, columns: 0..<1), kind: .zero)
      }
      return try Screens.counts(mutations) { _, _ in true }
    }
    #expect(try Profiles(counts(last: 1000)).entries[0].rows.count == 1001)
    // No matrix has so many rows.
    #expect(throws: FindingsError.self) { try Profiles(counts(last: 300_000)) }
    #expect(throws: FindingsError.self) { try Profiles(counts(last: 17_000_000)) }
    #expect(throws: FindingsError.self) { try RegionMap.ofMostSensitiveMatrix(counts(last: Int(Int32.max) - 1)) }
  }

  /// Two regions of a matrix of a billion: of its rows and columns there is nothing to say, and no room is made for
  /// them.
  @Test func hardlyScreenedMatricesAreLeftOut() throws {
    let mutations = [0, 100_000].flatMap { place in
      [Kind.maximum, .minimum].map {
        Mutation(
          region: Region(layer: 0, matrix: .q, rows: place..<place + 1, columns: place..<place + 1), kind: $0)
      }
    }
    let counts = try Screens.counts(mutations) { _, _ in true }
    #expect(Enrichment(counts).entries.isEmpty && Bias(counts).entries.isEmpty)
    #expect(try Complementarity(counts, seed: 0).testCount == 0)
  }

  /// An input on which the model itself is between two tokens is named: its verdicts are changed by anything.
  @Test func nearTiesOfTheModelAreNamed() throws {
    let counts = ScreenCounts(taskOfInput: ["a", "a", "b"], source: "test.h5")
    func sentences(_ margins: [Float]) throws -> [String] {
      let screen = ScreenMaterial(counts, inputs: ["a-1", "a-2", "b-1"], leastMargins: margins)
      return try #require(try Analysis(screen)[Tasks.self]).sentences(of: screen)
    }
    #expect(try sentences([0.2, 0.05, 1]).isEmpty && sentences([]).isEmpty)
    #expect(
      try sentences([0.2, 0.0075, 0.04]) == [
        "On 2 of 3 inputs the unmutated model itself is nearly between two tokens (a-2 by 0.0075, b-1 by 0.04): almost "
          + "any disturbance changes what follows, and verdicts there say little of where it is."
      ])
  }

  @Test func aScreenWithoutMutationsHasNoFindings() throws {
    let counts = ScreenMaterial(ScreenCounts(taskOfInput: ["a"], source: "test.h5"), inputs: ["a-1"])
    let analysis = try Analysis(counts)
    #expect(
      analysis[Sensitivity.self]?.entries.isEmpty == true && analysis[SensitiveRegions.self]?.entries.isEmpty == true)
    #expect(analysis[Profiles.self]?.entries.isEmpty == true)
    #expect(try RegionMap.ofMostSensitiveMatrix(analysis.counts) == nil)
    let lengths = analysis.groups.flatMap(\.dimensions).filter { $0.name == "profile" }.map(\.length)
    #expect(!lengths.isEmpty && lengths.allSatisfy { $0 == 0 })
  }
}
