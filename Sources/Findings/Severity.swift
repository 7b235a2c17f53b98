/// How far the continuations of non-silent mutants are from the baseline's, by layer, matrix, kind and task.
///
/// The unit of every mean is a mutation: the mean over its verdicts on the inputs of the task, because those go together.
public struct Severity: Sendable {
  /// One measure of one combination on the inputs of one task.
  public struct Measure: Sendable {
    public let moments: SampleMoments
    /// Against all other combinations on the same task.
    public let difference: MeanDifference
    /// Smallest false discovery rate of a finding, over all combinations, tasks and measures.
    public fileprivate(set) var adjusted = Double.nan
  }

  /// What is measured. Cosine and edit distance are of non-silent verdicts, the others of all.
  public enum Quantity: String, CaseIterable, Sendable {
    case cosine
    case editDistance = "edit_distance"
    case divergence
    case logPerplexityChange = "log_perplexity_change"
  }

  /// One combination on the inputs of one task.
  public struct TaskSeverity: Sendable {
    /// In the order of `Quantity.allCases`.
    public let measures: [Measure]
    /// Verdicts without the answer, of those on inputs whose baseline gives it.
    public let answersLost: Proportion
    /// Against all other combinations on the same task.
    public let answersRatio: LogOddsRatio
    public let choicesChanged: Proportion
    public let choicesTurnedWrong: Proportion
  }

  public struct Entry: Sendable {
    public let combination: MutationTable.Combination
    /// In the order of `ScreenTexts.tasks`.
    public let tasks: [TaskSeverity]
  }

  /// In canonical order; only combinations that occur.
  public let entries: [Entry]

  /// Means that are unlike those of all other combinations.
  public var findingCount: Int {
    entries.reduce(0) { sum, entry in
      sum + entry.tasks.reduce(0) { $0 + $1.measures.count { $0.adjusted <= FalseDiscoveryRate.level } }
    }
  }

  public init(_ tables: TextTables, _ measures: ContinuationMeasures) {
    let taskCount = tables.texts.tasks.count
    let sums = Sums(tables, measures)
    let screened = tables.mutations.screened
    var columns = [sums.cosine, sums.editDistance, tables.divergence, tables.logPerplexityChange].map { cells in
      Severity.measures(cells, screened: screened, taskCount: taskCount)
    }
    // What is measured goes together: one family of tests.
    let adjusted = FalseDiscoveryRate.adjusted(columns.joined().map(\.difference.probability))
    for column in columns.indices {
      let before = columns[..<column].reduce(0) { $0 + $1.count }
      for place in columns[column].indices { columns[column][place].adjusted = adjusted[before + place] }
    }
    let allAnswers = (0..<taskCount).map { task in
      screened.reduce(Proportion()) { $0 + sums.answersLost[$1 * taskCount + task] }
    }
    entries = screened.enumerated().map { index, place in
      let tasks = (0..<taskCount).map { task in
        let cell = place * taskCount + task
        let answers = sums.answersLost[cell]
        return TaskSeverity(
          measures: columns.map { $0[index * taskCount + task] }, answersLost: answers,
          answersRatio: LogOddsRatio(of: answers, against: allAnswers[task] - answers),
          choicesChanged: tables.choicesChanged[cell], choicesTurnedWrong: tables.choicesTurnedWrong[cell])
      }
      return Entry(combination: tables.mutations.combinations[place], tasks: tasks)
    }
  }

  /// Compares each cell of `[combination, task]` with the others of its task; the result has screened combinations alone.
  private static func measures(_ cells: [SampleMoments], screened: [Int], taskCount: Int) -> [Measure] {
    var moments = Array(repeating: SampleMoments(), count: screened.count * taskCount)
    var others = moments
    for task in 0..<taskCount {
      for (index, place) in screened.enumerated() {
        moments[index * taskCount + task] = cells[place * taskCount + task]
      }
      // What is before and what is behind: taking a part away from the whole would lose digits.
      var before = SampleMoments()
      for index in screened.indices {
        others[index * taskCount + task] = before
        before = before + moments[index * taskCount + task]
      }
      var behind = SampleMoments()
      for index in screened.indices.reversed() {
        others[index * taskCount + task] = others[index * taskCount + task] + behind
        behind = moments[index * taskCount + task] + behind
      }
    }
    return zip(moments, others).map { Measure(moments: $0, difference: MeanDifference(of: $0, against: $1)) }
  }

  /// Of each combination and task, what is summed over verdicts, `[combination, task]`.
  private struct Sums {
    var cosine: [SampleMoments]
    var editDistance: [SampleMoments]
    var answersLost: [Proportion]

    init(_ tables: TextTables, _ measures: ContinuationMeasures) {
      let texts = tables.texts
      let inputsOfTask = texts.tasks.indices.map { texts.inputs(ofTask: $0) }
      cosine = Array(repeating: SampleMoments(), count: tables.mutations.combinations.count * inputsOfTask.count)
      editDistance = cosine
      answersLost = cosine.map { _ in Proportion() }
      for (mutation, place) in tables.mutations.places.enumerated() {
        let numbers = tables.continuations.numbers(ofMutation: mutation)
        for (task, inputs) in inputsOfTask.enumerated() {
          let cell = Int(place) * inputsOfTask.count + task
          var (cosines, edits, nonSilent) = (0.0, 0, 0)
          for input in inputs {
            let number = Int(numbers[numbers.startIndex + input])
            if measures.baselinesAreRight[input] {
              answersLost[cell].total += 1
              answersLost[cell].nonSilent += number >= 0 && !measures.areRight[number] ? 1 : 0
            }
            guard number >= 0 else { continue }
            cosines += measures.cosines[number]
            edits += Int(measures.editDistances[number])
            nonSilent += 1
          }
          guard nonSilent > 0 else { continue }
          cosine[cell].add(cosines / Double(nonSilent))
          editDistance[cell].add(Double(edits) / Double(nonSilent))
        }
      }
    }
  }
}
