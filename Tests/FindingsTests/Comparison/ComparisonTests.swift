import Archive
import Findings
import Foundation
import Perturbations
import Testing
import TestSupport
import Transformer

/// What goes with what, what is refused, and what the figures are.
@Suite(.serialized) struct ComparisonTests {
  private static func place(_ mutation: Mutation) -> (row: Int, column: Int) {
    (mutation.region.rows.lowerBound / 8, mutation.region.columns.lowerBound / 8)
  }

  /// Two screens that differ; the second has another plan.
  private func screens() -> (first: MadeScreen, second: MadeScreen) {
    var (first, second) = (MadeScreen(), MadeScreen())
    second.plan = "second"
    first.isNonSilent = { mutation, input in
      let (row, column) = ComparisonTests.place(mutation)
      return (row * 3 + column * 5 + input * 7 + Int(mutation.kind.code)) % 4 == 0
    }
    second.isNonSilent = { mutation, input in
      let (row, column) = ComparisonTests.place(mutation)
      return (row * 3 + column * 5 + input * 7 + Int(mutation.kind.code)) % 4 == 0 || (row + input) % 5 == 1
    }
    return (first, second)
  }

  // MARK: Joining

  @Test func mutationsAreJoinedByPlaceAndKind() throws {
    var (first, second) = screens()
    second.mutations = (0..<2).flatMap { layer in
      Screens.mutations(layer: layer, matrix: .up, rows: 64, columns: 64, region: 8, kinds: [.minimum, .zero])
    }
    let joined = try MadeScreen.compare(first, second)
    #expect(joined.mutations.count == 128 && joined.mutations.kinds == [.minimum])
    #expect(joined.mutations.onlyFirst == first.mutations.count - 128 && joined.mutations.onlySecond == 128)
    #expect(joined.correlation.regionCount == 128 && joined.changes.entries.allSatisfy { $0.region.matrix == .up })
    // Of a sample each region counts by the kinds that both have of it.
    second.mutations = MadeScreen.mutations.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    let sample = try MadeScreen.compare(first, second)
    #expect(sample.mutations.count == second.mutations.count && sample.changes.entries.allSatisfy { $0.kindCount == 1 })
    let expected = first.inputs.indices.count { first.isNonSilent(second.mutations[5], $0) }
    let entry = try #require(sample.changes.entries.first { $0.region == second.mutations[5].region })
    #expect(abs(entry.first - Double(expected) / 24) < 1e-12)
    // Rows of q and k in another order are other rows.
    first.rowOrder = "interleaved"
    let reordered = try MadeScreen.compare(first, screens().second)
    #expect(
      reordered.severities.map(\.scope.words).contains("up") && !reordered.severities.map(\.scope.words).contains("q"))
    #expect(reordered.preamble.joined().contains("Matrices q and k are left out"))
  }

  @Test func inputsAreJoinedByPromptElseByTask() throws {
    var (first, second) = screens()
    // The same prompts by other ids, in another order, and three that the first does not have.
    second.inputs = MadeScreen.inputs(27).reversed().map { ("other \($0.id)", $0.task, $0.prompt) }
    let silent = second.isNonSilent
    second.isNonSilent = { silent($0, 26 - $1) }
    let one = try MadeScreen.compare(first, second)
    #expect(one.inputs.basis == .inputs && one.inputs.sharedCount == 24 && one.inputs.used == (24, 24))
    let inOrder = try MadeScreen.compare(first, screens().second)
    #expect(one.agreement == inOrder.agreement && one.agreement != nil)
    #expect(
      one.preamble.joined().contains("24 inputs are the same in both, and compared one by one; 0 of A and 3 of B"))
    // A third of the prompts: by task, and those of one task alone are left out.
    second.inputs =
      Array(MadeScreen.inputs(8)) + (0..<16).map { ("new \($0)", $0 < 10 ? "code" : "maths", "New \($0)") }
    let tasks = try MadeScreen.compare(first, second)
    #expect(tasks.inputs.basis == .tasks && tasks.inputs.sharedCount == 8 && tasks.agreement == nil)
    #expect(tasks.inputs.used == (24, 18))
    // No task in common.
    second.inputs = (0..<24).map { ("new \($0)", "maths", "New \($0)") }
    #expect(try MadeScreen.compare(first, second).inputs.basis == .none)
    // Images have no prompts.
    first.inputs = first.inputs.map { ($0.id, $0.task, "") }
    second.inputs = first.inputs
    #expect(try MadeScreen.compare(first, second).inputs.sharedCount == 24)
  }

  // MARK: Refusing

  @Test func whatCannotBeComparedIsRefusedInASentence() throws {
    let (first, second) = screens()
    func refusal(_ change: (inout MadeScreen) -> Void) -> String {
      var other = second
      change(&other)
      return MadeScreen.refusal(first, other)
    }
    #expect(refusal { _ in }.isEmpty)
    #expect(
      refusal { $0.shapes = MatrixShapes(layerCount: 3, shapes: [(.q, 64, 64), (.up, 64, 64), (.down, 64, 64)]) }
        .contains("their models differ in shape: 2 layers against 3"))
    #expect(
      refusal { $0.shapes = MatrixShapes(layerCount: 2, shapes: [(.q, 64, 64), (.up, 96, 64), (.down, 64, 64)]) }
        .contains("up has 64 × 64 weights against 96 × 64"))
    let kinds = refusal {
      $0.mutations = $0.mutations.map { Mutation(region: $0.region, kind: $0.kind == .maximum ? .zero : .mean) }
        .sorted()
    }
    #expect(kinds.hasPrefix("cannot compare ") && kinds.contains("they have no mutation in common"), "\(kinds)")
    #expect(
      refusal { $0.part = .init(index: 1, of: 2, firstMutation: 0, planMutationCount: 9999) }
        .contains("second.h5: it is part 1 of 2 of a screen; join all parts"))
    #expect(
      refusal { $0.progress = .init(unitsDone: 3, unitCount: 9, mutationCount: 9999) }
        .contains("second.h5: it has 3 of 9 units of its screen"))
  }

  // MARK: Figures

  @Test func verdictsAgreeAsCounted() throws {
    var (first, second) = screens()
    for recorded in [\MadeScreen.recording.text] {
      first[keyPath: recorded] = true
      second[keyPath: recorded] = true
    }
    first.isNonSilent = { _, input in input < 12 }
    second.isNonSilent = { _, input in input % 2 == 0 }
    second.token = { _, input in input < 4 ? 1 : 2 }
    let own = try #require(try MadeScreen.compare(first, second).agreement)
    let each = MadeScreen.mutations.count
    #expect(own.both == 6 * each && own.onlyFirst == 6 * each && own.onlySecond == 6 * each && own.neither == 6 * each)
    #expect(own.agreeing.share == 0.5 && own.kappa == 0)
    // Of six inputs on which both change, two have the same text; the baselines are the same on all.
    #expect(own.sameTexts?.count == 2 * each && own.sameTexts?.total == 6 * each)
    #expect(own.sameBaselines?.count == 24 && own.sameBaselines?.total == 24)
  }

  @Test func aScreenAgreesWithItself() throws {
    var (first, second) = screens()
    first.isNonSilent = { mutation, input in
      (ComparisonTests.place(mutation).row + ComparisonTests.place(mutation).column) % 7 > input % 7
    }
    second.isNonSilent = first.isNonSilent
    let own = try MadeScreen.compare(first, second)
    #expect(own.agreement?.kappa == 1 && own.correlation.found.overall == 1)
    #expect(own.correlation.found.within == 1)
    #expect(own.changes.findings.isEmpty && own.changes.shift == 0 && own.severities.allSatisfy { $0.difference == 0 })
    #expect(own.correlation.withinProbability.isLeast)
    first.inputs = MadeScreen.inputs(1)
    second.inputs = first.inputs
    let single = try MadeScreen.compare(first, second)
    #expect(single.severities[0].interval.low.isNaN && single.correlation.firstReliability.within.isNaN)
    #expect(single.sentences.joined().contains("No region can be tested"))
  }

  /// Maps that agree by matrix alone: the correlation over all is large, and that within is none.
  @Test func whatMatricesMakeIsNotAgreement() throws {
    var chance = SeededNumbers(seed: 5)
    func make(_ plan: String, isAlike: Bool) -> MadeScreen {
      var screen = MadeScreen()
      screen.plan = plan
      let regions = Set(screen.mutations.map(\.region))
      let own = Dictionary(
        uniqueKeysWithValues: regions.map {
          ($0, isAlike ? Double(($0.rows.lowerBound * 5 + $0.columns.lowerBound * 3) % 64) / 128 : chance.uniform() / 2)
        })
      var verdicts: [Mutation: [Bool]] = [:]
      for mutation in screen.mutations {
        let share = (own[mutation.region] ?? 0) + (mutation.region.matrix == .down ? 0.45 : 0)
        verdicts[mutation] = screen.inputs.map { _ in chance.uniform() < share }
      }
      screen.isNonSilent = { verdicts[$0]?[$1] ?? false }
      return screen
    }
    let apart = try MadeScreen.compare(make("a", isAlike: false), make("b", isAlike: false)).correlation
    #expect(apart.found.overall > 0.4 && abs(apart.found.overall - apart.nullMeans.overall) < 0.1)
    #expect(abs(apart.found.within) < 0.15 && apart.withinProbability.value > 0.005)
    #expect(apart.firstReliability.within > 0.7 && abs(apart.corrected.within) < 0.2)
    let alike = try MadeScreen.compare(make("a", isAlike: true), make("b", isAlike: true)).correlation
    #expect(alike.withinProbability.isLeast && alike.found.within > 0.6 && alike.nullMeans.within < 0.1)
    #expect(abs(alike.corrected.within - 1) < 0.1, "only noise keeps them apart: \(alike.corrected.within)")
    #expect(abs(alike.found.within - alike.ceiling.within) < 0.1)
  }

  /// Screens of these inputs that are alike but for one region of each matrix: one is non-silent in the second screen
  /// alone, the others are so in one screen or the other by turns.
  private func screensOfFewChanges(_ inputs: Int, others isChanged: Bool) -> (MadeScreen, MadeScreen) {
    var (first, second) = screens()
    (first.inputs, second.inputs) = (MadeScreen.inputs(inputs), MadeScreen.inputs(inputs))
    func isMeant(_ mutation: Mutation, _ input: Int, inSecond isSecond: Bool) -> Bool {
      guard ComparisonTests.place(mutation) == (3, 3) else { return input == ComparisonTests.place(mutation).row }
      if mutation.region.layer == 1, mutation.region.matrix == .up { return isSecond }
      let isEven = (input + mutation.region.matrix.index + mutation.region.layer).isMultiple(of: 2)
      return isChanged && isEven == isSecond
    }
    first.isNonSilent = { isMeant($0, $1, inSecond: false) }
    second.isNonSilent = { isMeant($0, $1, inSecond: true) }
    return (first, second)
  }

  @Test func oneChangeInScreensThatAreAlikeIsFound() throws {
    let (first, second) = screensOfFewChanges(24, others: false)
    let changes = try MadeScreen.compare(first, second).changes
    let found = try #require(changes.findings.first)
    #expect(changes.findings.count == 1 && found.region.matrix == .up && found.region.layer == 1)
    #expect(abs(found.excess + 1) < 1e-6 && abs(found.probability / exp2(-23) - 1) < 1e-4, "\(found)")
  }

  @Test func fewInputsSayThatNothingCanBeFound() throws {
    let (first, second) = screensOfFewChanges(8, others: true)
    let own = try MadeScreen.compare(first, second)
    #expect(own.inputs.leastProbability == 2 / 256.0 && own.changes.testCount == 6)
    #expect(own.changes.findings.isEmpty)
    let said = own.sentences.joined(separator: " ")
    #expect(said.contains("a region that changed alone could not have been found"), "\(said)")
    let (one, other) = screensOfFewChanges(4, others: true)
    #expect(try MadeScreen.compare(one, other).sentences.joined().contains("No region can be tested for a change"))
  }

  // MARK: Order

  @Test(arguments: [24, 5]) func theOtherWayRoundIsTheSameToTheBit(_ otherInputs: Int) throws {
    var (first, second) = screens()
    (first.recording.divergence, second.recording.divergence) = (true, true)
    first.divergence = { Float(($1 * 7 + ComparisonTests.place($0).row * 3) % 11) / 7 + 0.01 }
    second.divergence = { Float(($1 * 5 + ComparisonTests.place($0).column * 3) % 13) / 9 }
    // The same inputs, or others of the same tasks.
    second.inputs = otherInputs == 24 ? second.inputs : MadeScreen.inputs(16, from: 100)
    let (one, other) = (try MadeScreen.compare(first, second), try MadeScreen.compare(second, first))
    func bits(_ comparison: Comparison) throws -> String {
      try comparison.csv() + comparison.json.text.replacing(#/"(file|said)":(\[.*?\]|"[^"]*"),/#, with: "")
    }
    #expect(try bits(one) != bits(other))
    #expect(try bits(one.mirrored) == bits(other))
    #expect(try bits(MadeScreen.compare(first, second)) == bits(one))
    #expect(try one.csv().split(separator: "\n").count == 1 + one.changes.entries.count)
  }
}
