import Statistics

/// The verdicts of the whole screen by task.
public struct Tasks: Sendable {
  /// The verdicts on the inputs of each task, in the order of `ScreenCounts.tasks`.
  public let verdicts: [Proportion]

  /// Sums the verdicts of all mutations.
  public init(_ counts: ScreenCounts) { verdicts = counts.tasks.indices.map { counts.verdicts(task: $0) } }
}
