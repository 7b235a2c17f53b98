import Archive
import Drawing
import MessagePassing
import Statistics

extension Sensitivity: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "sensitivity"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Sensitivity? {
    Sensitivity(screen.counts)
  }

  /// The dataset group `sensitivity`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let (counts, inputs) = (screen.counts, screen.inputs)
    let screenShares = self.screen
    let combinations = entries.map(\.combination)
    let tasks = entries.flatMap(\.tasks)
    let shares = tasks.map(\.verdicts)
    let intervals = shares.map(\.wilsonInterval)
    let ratios = tasks.map(\.logOddsRatio)
    let byInput = combinations.flatMap { combination in
      combination.nonSilent.map { Proportion(count: $0, total: combination.mutationCount) }
    }
    let (one, inputwise, taskwise) = (["combination"], ["combination", "input"], ["combination", "task"])
    return AnalysisGroup(
      name: Sensitivity.name,
      comment: """
        Non-silent verdicts of every combination of layer, matrix and kind that was screened, by input and pooled by \
        task. Intervals of the shares are Wilson's score intervals of 95 % (1927). The null is the share of the whole \
        screen on the same task; the effect size is the log odds ratio against all other combinations, with half a \
        count added to each cell (Haldane 1956, Anscombe 1956) and its normal interval of 95 %. Mutations of a matrix \
        are no independent draws, so the intervals are descriptive.
        """,
      dimensions: [
        .init("combination", length: entries.count), .init("input", labels: inputs),
        .init("task", labels: counts.tasks),
      ],
      variables: [
        .init(Sensitivity.Columns.layer, one, "layer of the mutated matrix", .counts(combinations.map(\.layer))),
        .init(Sensitivity.Columns.matrix, one, "mutated matrix", .matrices(combinations.map(\.matrix))),
        .init(Sensitivity.Columns.kind, one, "what was done to the region", .kinds(combinations.map(\.kind))),
        .init("mutations", one, "mutations screened", .counts(combinations.map(\.mutationCount))),
        .init(
          "on_some_input", one, "mutations that are non-silent on at least one input",
          .counts(combinations.map(\.onSomeInput))),
        .init(
          "on_every_input", one, "mutations that are non-silent on every input",
          .counts(combinations.map(\.onEveryInput))),
        .init("non_silent", inputwise, "non-silent mutations", .counts(byInput.map(\.count))),
        .init("share", inputwise, "share of non-silent mutations", .numbers(byInput.map(\.share))),
        .init(
          Sensitivity.Columns.taskVerdicts, taskwise, "verdicts on the inputs of the task", .counts(shares.map(\.total))
        ),
        .init(Sensitivity.Columns.taskNonSilent, taskwise, "non-silent verdicts", .counts(shares.map(\.count))),
        .init("task_share", taskwise, "share of non-silent verdicts", .numbers(shares.map(\.share))),
        .init("task_share_low", taskwise, "lower end of the share's interval", .numbers(intervals.map(\.low))),
        .init("task_share_high", taskwise, "upper end of the share's interval", .numbers(intervals.map(\.high))),
        .init(
          "task_screen_share", ["task"], "share of non-silent verdicts of the whole screen",
          .numbers(screenShares.map(\.share))),
        .init(
          "task_log_odds_ratio", taskwise, "log odds ratio of the combination against all others",
          .numbers(ratios.map(\.value))),
        .init(
          "task_log_odds_ratio_low", taskwise, "lower end of the ratio's interval", .numbers(ratios.map(\.interval.low))
        ),
        .init(
          "task_log_odds_ratio_high", taskwise, "upper end of the ratio's interval",
          .numbers(ratios.map(\.interval.high))),
      ])
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try SensitivityExhibit.make(group, context)
  }
}

extension Sensitivity {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
    static let kind = "kind"
    static let taskNonSilent = "task_non_silent"
    static let taskVerdicts = "task_verdicts"
  }
}
