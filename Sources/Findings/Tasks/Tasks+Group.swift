import Archive
import Drawing
import MessagePassing
import Statistics

extension Tasks: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "tasks"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Tasks? {
    Tasks(screen.counts)
  }

  /// The dataset group `tasks`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let counts = screen.counts
    let intervals = verdicts.map(\.wilsonInterval)
    let one = ["task"]
    return AnalysisGroup(
      name: Tasks.name,
      comment: """
        Non-silent verdicts of the whole screen by task. Intervals are Wilson's score intervals of 95 % (1927); \
        mutations are no independent draws, so they are descriptive.
        """,
      dimensions: [.init("task", labels: counts.tasks)],
      variables: [
        .init(Tasks.Columns.inputs, one, "inputs of the task", .counts(counts.inputsOfTask.map(\.count))),
        .init("verdicts", one, "verdicts on the inputs of the task", .counts(verdicts.map(\.total))),
        .init("non_silent", one, "non-silent verdicts", .counts(verdicts.map(\.count))),
        .init(Tasks.Columns.share, one, "share of non-silent verdicts", .numbers(verdicts.map(\.share))),
        .init(Tasks.Columns.shareLow, one, "lower end of the share's interval", .numbers(intervals.map(\.low))),
        .init(Tasks.Columns.shareHigh, one, "upper end of the share's interval", .numbers(intervals.map(\.high))),
        .init(
          Tasks.Columns.regions, one, "regions with a non-silent verdict on the task", .counts(counts.regionsOfTask)),
      ])
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try TasksExhibit.make(group, context)
  }
}

extension Tasks {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let share = "share"
    static let shareLow = "share_low"
    static let shareHigh = "share_high"
    static let inputs = "inputs"
    static let regions = "regions"
  }
}
