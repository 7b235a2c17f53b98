import Basics
import LinearAlgebra
import Statistics

/// Whether the classes of what mutants say are tied to the mutations.
///
/// That texts fall into classes says little: the prompts make them. So classes are made on each input by itself, and
/// two questions are asked of every task. Do mutations that fall into one class on an input fall into one class on
/// another input of the task: coherence. Do layer, matrix and kind of the mutation predict the class: combination. The
/// null of both permutes the texts among the mutants of each input that are not silent, which keeps every input, every
/// text and the number of mutants that have it.
public struct ClassTies: Sendable {
  /// An answer to one of the questions on one task.
  public struct Tie: Sendable {
    /// The part of the classes' entropy that is explained, chance removed: mutual information less the mean of the
    /// null's, over the largest that is possible less the same; 0 as by chance, 1 where all is explained. Not a number
    /// where nothing is asked.
    public let effect: Double
    /// The probability of an effect at least this large under the null.
    public let probability: PermutationProbability
    /// Smallest false discovery rate of a finding, over tasks and both questions.
    public fileprivate(set) var adjusted = Double.nan

    /// Whether the tie is beyond chance, and large enough to be reported.
    public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level && effect >= ClassTies.leastEffect }
  }

  /// The answers for one task.
  public struct Entry: Sendable {
    /// The task, as an index of `ScreenTexts.tasks`.
    public let task: Int
    /// The number of mutations that are compared.
    public let mutationCount: Int
    /// Classes of each input of the task.
    public let classCounts: [Int]
    /// Whether mutations of one class on an input are of one class on others.
    public fileprivate(set) var coherence: Tie
    /// Whether layer, matrix and kind predict the class.
    public fileprivate(set) var combination: Tie
  }

  /// A weaker tie is not reported, however sure it is: a tenth of the entropy.
  public static let leastEffect = 0.1
  /// The smallest number of compared mutations with which a task is tested.
  public static let leastMutations = 30
  /// The largest number of mutations of each task that are compared.
  public static let mutationLimit = 1000

  /// The answers in the order of the tasks.
  public private(set) var entries: [Entry]
  /// Permutations that each probability is counted among.
  public let drawCount: Int

  /// Enough draws for a lone finding among all tests, if there are not too many of these.
  private static func drawCount(tests: Int) -> Int { min(max(999, 200 * tests - 1), 9999) }

  /// `seed` is that of samples, of first centres and of permutations.
  public init(_ tables: TextTables, seed: UInt64) {
    let draws = ClassTies.drawCount(tests: 2 * tables.texts.tasks.count)
    drawCount = draws
    entries = tables.texts.tasks.indices.map { ClassTies.entry(tables, task: $0, draws: draws, seed: seed) }
    let tests = entries.flatMap { [$0.coherence, $0.combination] }
    let adjusted = FalseDiscoveryRate.adjusted(tests.map(\.probability.value))
    for task in entries.indices {
      entries[task].coherence.adjusted = adjusted[2 * task]
      entries[task].combination.adjusted = adjusted[2 * task + 1]
    }
  }

  /// The number of ties that are findings.
  public var findingCount: Int {
    entries.reduce(0) { $0 + ($1.coherence.isFinding ? 1 : 0) + ($1.combination.isFinding ? 1 : 0) }
  }

  // MARK: Private

  private static func entry(_ tables: TextTables, task: Int, draws: Int, seed: UInt64) -> Entry {
    let inputs = tables.texts.inputs(ofTask: task)
    let continuations = tables.continuations
    // Those that say something on two inputs, or on the only one.
    let speaking = (0..<continuations.mutationCount).filter { mutation in
      let numbers = continuations.numbers(ofMutation: mutation)
      return inputs.count { numbers[numbers.startIndex + $0] >= 0 } >= min(2, inputs.count)
    }
    let chosen = ContinuationSample.draw(mutationLimit, of: speaking.count, seed: seed).map { speaking[$0] }
    let classes = inputs.map { input in
      let said = chosen.map { continuations.numbers[$0 * continuations.inputCount + input] }
      let own = InputClasses(said.filter { $0 >= 0 }, tables, seed: seed)
      return (labels: said.map { $0 < 0 ? -1 : Int32(own.classes[$0] ?? 0) }, count: own.classCount)
    }
    var nothing = Entry(
      task: task, mutationCount: chosen.count, classCounts: classes.map(\.count), coherence: .none, combination: .none)
    guard chosen.count >= leastMutations else { return nothing }
    let information = ClassInformation(
      classes.map(\.labels), combinations: chosen.map { tables.mutations.places[$0] })
    let found = information.values
    // `[draw][question]`
    let null = (0..<draws).map { draw in
      var random = RandomStream(seed: seed, stream: StreamName.ties.advanced(by: task), index: draw)
      return information.permuted(&random).values
    }
    nothing.coherence = tie(found[0], null.map { $0[0] }, most: information.most[0])
    nothing.combination = tie(found[1], null.map { $0[1] }, most: information.most[1])
    return nothing
  }

  private static func tie(_ found: Double, _ null: [Double], most: Double) -> Tie {
    let mean = SampleMoments(null).mean
    // Where there is nothing to predict, all draws are the same.
    guard most - mean > 1e-9 * max(1, most) else { return .none }
    return Tie(effect: (found - mean) / (most - mean), probability: PermutationProbability(found, among: null))
  }
}

extension ClassTies.Tie {
  /// Nothing was asked.
  fileprivate static let none = ClassTies.Tie(effect: .nan, probability: PermutationProbability(reached: 0, of: 0))
}

extension StreamName {
  /// The first of the streams of tasks, one for each.
  fileprivate static let ties: StreamName = "ties"
}
