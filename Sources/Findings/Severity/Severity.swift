import Statistics

/// How far the continuations of non-silent mutants are from the baseline's, by layer, matrix, kind and task.
///
/// The unit is a mutation: its mean over its verdicts on the inputs of the task, because those go together. Divergences
/// have tails so far out that a mean is that of a few mutations; so combinations are compared by the ranks of their
/// mutations.
public struct Severity: Sendable {
  /// One measure of one combination on the inputs of one task.
  public struct Measure: Sendable {
    /// Mutations that have the measure.
    public let count: Int
    /// The mean over mutations, in the unit of its `Quantity`.
    public let mean: Double
    /// The three quartiles over mutations, the median in the middle.
    public let quartiles: [Double]
    /// The comparison by ranks with all other combinations on the same task.
    public let comparison: RankComparison
    /// Smallest false discovery rate of a finding, over all combinations, tasks and measures; not a number with fewer
    /// than `leastMutations` mutations.
    public fileprivate(set) var adjusted = Double.nan

    /// Whether the comparison is a finding at the level of the false discovery rate.
    public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level }
  }

  /// What is measured. Cosine and edit distance are of non-silent verdicts, the others of all.
  public enum Quantity: String, CaseIterable, Sendable {
    /// The cosine of word counts with the baseline's text, from 0 to 1.
    case cosine
    /// Levenshtein's distance in tokens.
    case editDistance = "edit_distance"
    /// The mean divergence, in nats.
    case divergence
    /// The change of log perplexity, in nats.
    case logPerplexityChange = "log_perplexity_change"
  }

  /// One combination on the inputs of one task.
  public struct TaskSeverity: Sendable {
    /// The measures in the order of `Quantity.allCases`.
    public let measures: [Measure]
    /// The verdicts that lose the answer, among those on inputs whose baseline gives it.
    public let answersLost: Proportion
    /// The log odds ratio of lost answers against all other combinations on the same task.
    public let answersRatio: LogOddsRatio
    /// The verdicts whose choice changed, among those on inputs with choices.
    public let choicesChanged: Proportion
    /// The verdicts whose choice turned wrong, among those on inputs where the baseline's is right.
    public let choicesTurnedWrong: Proportion
  }

  /// One layer, matrix and kind.
  public struct Entry: Sendable {
    /// The layer, matrix and kind.
    public let combination: MutationColumns.Combination
    /// The severity on each task, in the order of `ScreenTexts.tasks`.
    public let tasks: [TaskSeverity]
  }

  /// The smallest number of mutations of a combination that is tested.
  public static let leastMutations = 10

  /// The combinations that occur, in canonical order.
  public let entries: [Entry]

  /// Combinations that are unlike all others on a task by some measure, counted once for each task and measure.
  public var findingCount: Int {
    entries.reduce(0) { sum, entry in sum + entry.tasks.reduce(0) { $0 + $1.measures.count(where: \.isFinding) } }
  }

  /// Compares every combination with all others, task by task.
  public init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    let taskCount = tables.texts.tasks.count
    let columns = SeverityColumns(tables, measures)
    let screened = tables.mutations.screened
    // `[quantity][combination, task]`
    var cells: [[Measure]] = Quantity.allCases.map { quantity in
      let ofTasks = (0..<taskCount).map { task in
        Severity.measures(columns.values(quantity, task: task), tables.mutations)
      }
      return screened.indices.flatMap { place in ofTasks.map { $0[place] } }
    }
    // What is measured goes together: one family of tests.
    let adjusted = FalseDiscoveryRate.adjusted(
      cells.joined().map { $0.count >= Severity.leastMutations ? $0.comparison.probability : .nan })
    for quantity in cells.indices {
      let before = cells[..<quantity].reduce(0) { $0 + $1.count }
      for place in cells[quantity].indices { cells[quantity][place].adjusted = adjusted[before + place] }
    }
    let answersLost = columns.answersLost
    let allAnswers = (0..<taskCount).map { task in
      screened.reduce(Proportion()) { $0 + answersLost[$1 * taskCount + task] }
    }
    entries = screened.enumerated().map { index, place in
      let tasks = (0..<taskCount).map { task in
        let cell = place * taskCount + task
        let answers = answersLost[cell]
        return TaskSeverity(
          measures: cells.map { $0[index * taskCount + task] }, answersLost: answers,
          answersRatio: LogOddsRatio(of: answers, against: allAnswers[task] - answers),
          choicesChanged: tables.choicesChanged[cell], choicesTurnedWrong: tables.choicesTurnedWrong[cell])
      }
      return Entry(combination: tables.mutations.combinations[place], tasks: tasks)
    }
  }

  /// The measure of each screened combination, from the numbers of all mutations on one task.
  private static func measures(_ values: [Float], _ mutations: MutationColumns) -> [Measure] {
    let column = RankedColumn(values, groups: mutations.places, groupCount: mutations.combinations.count)
    var sums = Array(repeating: 0.0, count: mutations.combinations.count)
    for (place, value) in zip(mutations.places, values) where !value.isNaN { sums[Int(place)] += Double(value) }
    return mutations.screened.map { place in
      let count = column.counts[place]
      return Measure(
        count: count, mean: count > 0 ? sums[place] / Double(count) : .nan, quartiles: column.quartiles[place],
        comparison: column.comparison(ofGroup: place))
    }
  }
}
