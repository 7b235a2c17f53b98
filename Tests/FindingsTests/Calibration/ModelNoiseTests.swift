import Findings
import Perturbations
import Testing
import TestSupport
import Transformer

/// The findings on texts where a model made the phenotypes: permuted they have none, and what is planted is found.
struct ModelNoiseTests {
  /// Screened once for all tests.
  private static let made = Result { try ModelScreen(Demo()) }
  private let screen: ModelScreen

  init() throws { screen = try ModelNoiseTests.made.get() }

  @Test func permutedWithinInputsNothingIsFound() {
    var (any, severity, ties, destruction, writers) = (0, 0, 0, 0, 0)
    var tested = 0
    for seed in 0..<100 {
      let tables = screen.tables(screen.places(.cells, seed: seed))
      let measures = screen.measures(tables)
      let severities = Severity(tables, measures)
      let writing = Writers(tables, measures).tests
      let found = [
        severities.findingCount, ClassTies(tables, seed: UInt64(seed)).findingCount,
        Destruction(tables, measures).significantCounts.reduce(0, +), writing.reduce(0) { $0 + $1.findings.count },
      ].map { $0 > 0 ? 1 : 0 }
      tested += severities.entries.flatMap(\.tasks).flatMap(\.measures).count { !$0.comparison.probability.isNaN }
      any += found.max() ?? 0
      severity += found[0]
      ties += found[1]
      destruction += found[2]
      writers += found[3]
    }
    print(
      "demo permuted within inputs: any \(any) of 100; severity \(severity), classes \(ties), destruction "
        + "\(destruction), writers \(writers); severities compared \(tested)")
    #expect(tested > 10_000, "there is something to be taken for findings")
    #expect(any <= 5, "severity \(severity), classes \(ties), destruction \(destruction), writers \(writers)")
  }

  @Test func aMoreSevereCombinationIsFoundAndNothingElse() {
    let combination = screen.mutations.indices.filter {
      let mutation = screen.mutations[$0]
      return mutation.region.layer == 2 && mutation.region.matrix == .down && mutation.kind == .maximum
    }
    let isPlanted = Set(combination)
    var (found, others) = (0, 0)
    var effects: [Double] = []
    for seed in 0..<100 {
      var chance = SeededNumbers(seed)
      let places = screen.places(.cells, seed: seed)
      // The largest of three mutations' divergences on each input of the task.
      let tables = screen.tables(
        places,
        divergence: { mutation, input in
          guard isPlanted.contains(mutation), screen.texts.taskOfInput[input] == 0 else { return nil }
          return (0..<3).map { _ in screen.divergence(chance.below(screen.mutations.count), input) }.max()
        })
      let severity = Severity(tables, screen.measures(tables))
      let planted = severity.entries.first {
        $0.combination.layer == 2 && $0.combination.matrix == .down && $0.combination.kind == .maximum
      }
      let measure = planted?.tasks[0].measures[2]
      effects.append(measure?.comparison.effect ?? .nan)
      found += measure?.isFinding == true ? 1 : 0
      others += severity.findingCount - (measure?.isFinding == true ? 1 : 0)
    }
    print(
      "a combination of \(combination.count) mutations with a mean Cliff's δ of "
        + "\(effects.reduce(0, +) / 100): found in \(found) of 100, \(others) others")
    #expect(found >= 95 && others <= 5, "\(found) of 100, \(others) others")
  }

  @Test func aClassWithinATaskIsFoundAndNothingElse() {
    var (coherent, combined, others) = (0, 0, 0)
    var (coherence, combination) = ([Double](), [Double]())
    let first = screen.texts.inputs(ofTask: 0)
    let foreign = first.map { input in screen.texts.inputs(ofTask: 1)[input - first[0]] }
    let speaking = foreign.map(screen.speaking)
    for seed in 0..<100 {
      let places = screen.places(.cells, seed: seed)
      // Texts of another task on the inputs of the first, on each with a chance of 80 %: of every fourth mutation,
      // whatever it is; and of the mutations of one matrix and kind.
      func tables(_ isPlanted: (Int) -> Bool) -> TextTables {
        var chance = SeededNumbers(seed)
        return screen.tables(
          places,
          text: { mutation, input in
            guard let place = first.firstIndex(of: input), isPlanted(mutation), chance.happens(80) else { return nil }
            return (chance.pick(speaking[place]), foreign[place])
          })
      }
      let scattered = ClassTies(tables { ($0 + seed).isMultiple(of: 4) }, seed: UInt64(seed))
      coherent += scattered.entries[0].coherence.isFinding ? 1 : 0
      others += scattered.findingCount - (scattered.entries[0].coherence.isFinding ? 1 : 0)
      coherence.append(scattered.entries[0].coherence.effect)
      let joined = ClassTies(
        tables { screen.mutations[$0].region.matrix == .o && screen.mutations[$0].kind == .maximum }, seed: UInt64(seed)
      )
      combined += joined.entries[0].combination.isFinding ? 1 : 0
      others += joined.entries[1...].count { $0.combination.isFinding || $0.coherence.isFinding }
      combination.append(joined.entries[0].combination.effect)
    }
    print(
      "a class within a task: coherence of \(coherence.reduce(0, +) / 100) found in \(coherent) of 100, combination of "
        + "\(combination.reduce(0, +) / 100) in \(combined), \(others) others")
    #expect(coherent >= 95 && combined >= 95 && others <= 10, "\(coherent), \(combined), \(others) others")
  }

  @Test func littleIsAskedOfFewMutations() throws {
    // Twelve mutations that say much: too few to claim anything.
    let said = ["one two three", "four five six", "one two seven"]
    let few = TextScreen([("story", "Tell.", "so it goes", ""), ("story", "Go on.", "and then", "")], said: said)
    let mutations = Screens.mutations(matrix: .down, rows: 16, columns: 12, region: 4, kinds: [.maximum])
    let tables = few.tables(mutations) { mutation, _ in said[mutation % 3] }
    let ties = ClassTies(tables, seed: 1)
    #expect(ties.findingCount == 0 && ties.entries[0].coherence.probability.value.isNaN)
    #expect(ties.entries[0].mutationCount == 12)
  }
}
