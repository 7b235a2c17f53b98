import Perturbations
import Statistics
import Texts

/// The mutations that leave the model without sense.
///
/// A destructive mutation is non-silent on every input and either leaves little of the baselines' words, a mean cosine
/// below `cosineLimit`, or makes the continuations of at least half of the inputs broken (repetition, no words,
/// non-words) where the baseline's is not. Whether it is so beyond its matrix is tested against mutations of the same
/// layer, matrix and kind: the null permutes the cosines of every input among them, so that losing the words of one
/// input says nothing of losing those of another. The mean cosine is tested in steps, and the null's distribution is
/// then exact.
public struct Destruction: Sendable {
  /// One mutation.
  public struct Entry: Sendable {
    /// The row of the mutation in the results file, counted from 0.
    public let index: Int
    /// The mutation.
    public let mutation: Mutation
    /// The mean over all inputs of the cosine of word counts with the baseline's text, from 0 to 1.
    public let meanCosine: Double
    /// Mean cosine of the mutations of the same layer, matrix and kind, less that of this one.
    public let effect: Double
    /// Inputs with a broken continuation of each form, in the order of `brokenForms`.
    public let broken: [Int]
    /// The probability of a mean cosine at most this small under the null.
    public let probability: Double
    /// Smallest false discovery rate of a finding, over all mutations of the screen.
    public let adjusted: Double
  }

  /// A mean cosine below this counts as destructive.
  public static let cosineLimit = 0.1
  /// Forms of a text that counts as broken.
  public static let brokenForms: [TextForm] = [.repetition, .empty, .nonWords]
  /// The largest number of destructive mutations that are listed.
  public static let limit = 1000

  /// The most destructive mutations, by mean cosine ascending, then in canonical order; at most `limit`.
  public let entries: [Entry]
  /// Destructive mutations of each combination of `MutationColumns.combinations`.
  public let counts: [Int]
  /// How many of those are findings: destructive beyond mutations of the same layer, matrix and kind.
  public let significantCounts: [Int]

  /// Tests the mutations that are non-silent on every input.
  public init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    let combinations = tables.mutations.mutationsOfCombinations
    var probabilities = Array(repeating: 1.0, count: tables.mutations.count)
    var meanOfCombination = combinations.map { _ in Double.nan }
    for (place, members) in combinations.enumerated() where !members.isEmpty {
      let cosines = members.map { measures.meanCosine(tables.continuations.numbers(ofMutation: Int($0))) }
      meanOfCombination[place] = SampleMoments(cosines).mean
      for (member, probability) in zip(members, Destruction.probabilities(of: members, tables, measures)) {
        probabilities[Int(member)] = probability
      }
    }
    let adjusted = FalseDiscoveryRate.adjusted(probabilities)
    var counts = combinations.map { _ in 0 }
    var significantCounts = counts
    var entries: [Entry] = []
    for (index, place) in tables.mutations.places.enumerated() {
      let numbers = tables.continuations.numbers(ofMutation: index)
      guard let broken = Destruction.broken(numbers, measures) else { continue }
      counts[Int(place)] += 1
      significantCounts[Int(place)] += adjusted[index] <= FalseDiscoveryRate.level ? 1 : 0
      let cosine = measures.meanCosine(numbers)
      entries.append(
        Entry(
          index: index, mutation: tables.mutations[index], meanCosine: cosine,
          effect: meanOfCombination[Int(place)] - cosine, broken: broken, probability: probabilities[index],
          adjusted: adjusted[index]))
    }
    self.counts = counts
    self.significantCounts = significantCounts
    entries.sort { ($0.meanCosine, $0.index) < ($1.meanCosine, $1.index) }
    self.entries = Array(entries.prefix(Destruction.limit))
  }

  /// Inputs with each broken form; nil if the mutation is not destructive.
  private static func broken(_ numbers: ArraySlice<Int32>, _ measures: ContinuationMeasures) -> [Int]? {
    guard numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    var brokenInputs = 0
    var counts = brokenForms.map { _ in 0 }
    for (input, number) in numbers.enumerated() {
      let new = measures.forms[Int(number)].subtracting(measures.baselineForms[input])
      brokenInputs += new.isDisjoint(with: .broken) ? 0 : 1
      for (place, form) in brokenForms.enumerated() where new.contains(form) { counts[place] += 1 }
    }
    let isDestructive = measures.meanCosine(numbers) < cosineLimit || 2 * brokenInputs >= numbers.count
    return isDestructive ? counts : nil
  }

  /// The probabilities of mean cosines at most as small; `members` are mutations of one combination.
  private static func probabilities(
    of members: [Int32], _ tables: TextTables, _ measures: ContinuationMeasures
  ) -> [Double] {
    let inputCount = tables.texts.inputs.count
    // As fine as it goes in a time that does not grow with the number of inputs.
    let steps = Double(max(1, sumSteps / inputCount))
    let losses = (0..<inputCount).map { input in
      members.map { member in
        let cosine = measures.cosine(tables.continuations.numbers[Int(member) * inputCount + input])
        return Int32(((1 - cosine) * steps).rounded())
      }
    }
    let sums = PermutationSum(losses)
    var known: [Int: Double] = [:]
    return members.indices.map { member in
      let sum = losses.reduce(0) { $0 + Int($1[member]) }
      if let probability = known[sum] { return probability }
      let probability = sums.tail(sum)
      known[sum] = probability
      return probability
    }
  }

  /// Steps of the sum of the cosines of all inputs.
  private static let sumSteps = 2048
}
