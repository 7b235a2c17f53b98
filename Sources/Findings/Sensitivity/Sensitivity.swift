import Perturbations
import Statistics
import Transformer

/// How many verdicts of each layer, matrix and kind are non-silent, by input and by task.
public struct Sensitivity: Sendable {
  /// The verdicts of one combination on the inputs of one task.
  public struct TaskVerdicts: Sendable {
    /// Non-silent verdicts among all.
    public let verdicts: Proportion
    /// The log odds ratio of being non-silent against all other combinations on the same task.
    public let logOddsRatio: LogOddsRatio
  }

  /// One layer, matrix and kind.
  public struct Entry: Sendable {
    /// The layer, matrix and kind.
    public let combination: ScreenCounts.Combination
    /// The verdicts on each task, in the order of `ScreenCounts.tasks`.
    public let tasks: [TaskVerdicts]
  }

  /// The combinations that occur, in canonical order.
  public let entries: [Entry]
  /// The whole screen on each task: the share expected if layer, matrix and kind made no difference.
  public let screen: [Proportion]

  /// Takes the counts of a whole screen.
  public init(_ counts: ScreenCounts) {
    let screen = counts.tasks.indices.map { counts.verdicts(task: $0) }
    entries = counts.combinations.map { combination in
      let tasks = screen.enumerated().map { task, all in
        let verdicts = counts.verdicts(of: combination, task: task)
        return TaskVerdicts(
          verdicts: verdicts, logOddsRatio: LogOddsRatio(of: verdicts, against: all - verdicts))
      }
      return Entry(combination: combination, tasks: tasks)
    }
    self.screen = screen
  }
}
