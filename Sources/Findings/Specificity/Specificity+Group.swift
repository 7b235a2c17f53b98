import Archive
import Drawing
import MessagePassing

extension Specificity: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "specificity"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Specificity? {
    Specificity(screen.counts)
  }

  /// The dataset group `specificity`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let counts = screen.counts
    let (one, task) = (["region"], ["task"])
    let regions = entries.map(\.region)
    return AnalysisGroup(
      name: Specificity.name,
      comment: """
        Regions whose non-silent verdicts fall on one task more than those of the whole screen do. Under the null, \
        each of a region's non-silent verdicts is of a task with that task's share of all of them; p_value is \
        binomial, adjusted_p_value that over all regions and tasks (Benjamini and Hochberg 1995), the effect size the \
        log odds ratio of the task against all others. An exclusive region is silent on all other tasks. Specific and \
        exclusive regions are listed, the \(entries.count) surest. always_sensitive counts regions with a non-silent \
        verdict on every input; its null multiplies the inputs' shares.
        """,
      dimensions: [.init("region", length: entries.count), .init("task", labels: counts.tasks)],
      variables: RegionPlace.variables(of: regions, over: one) + [
        .init(
          "always_sensitive", [], "regions with a non-silent verdict on every input", .counts([alwaysSensitive])),
        .init(
          "always_sensitive_expected", [], "regions expected to be if inputs were independent",
          .numbers([alwaysSensitiveExpected])),
        .init(
          "fewest_findings", [], "regions that would have to be specific at once to be found", .counts([fewestFindings])
        ),
        .init(
          "least_p_value", [], "smallest probability that a region can have", .numbers([leastProbability])),
        .init(Specificity.Columns.specific, task, "regions that are specific to the task", .counts(specific)),
        .init(Specificity.Columns.exclusive, task, "regions that are non-silent on no other task", .counts(exclusive)),
        .init(
          Specificity.Columns.exclusiveExpected, task, "regions expected to be under the null",
          .numbers(exclusiveExpected)),
        .init(
          Specificity.Columns.specificTask, one, "number of the task that it is specific to",
          .counts(entries.map(\.task))),
        .init(Specificity.Columns.onTask, one, "non-silent verdicts on the task", .counts(entries.map(\.onTask))),
        .init(Specificity.Columns.onAll, one, "non-silent verdicts on all tasks", .counts(entries.map(\.onAll))),
        .init("is_exclusive", one, "whether it is silent on all other tasks", .truths(entries.map(\.isExclusive))),
        .init(
          "p_value", one, "probability of at least as many on the task under the null",
          .numbers(entries.map(\.probability))),
        .init(
          Specificity.Columns.adjustedPValue, one, "smallest false discovery rate of a finding",
          .numbers(entries.map(\.adjusted))),
        .init(
          Specificity.Columns.logOddsRatio, one, "log odds ratio of the task against all others",
          .numbers(entries.map(\.logOddsRatio.value))),
        .init(
          "log_odds_ratio_low", one, "lower end of the ratio's interval",
          .numbers(entries.map(\.logOddsRatio.interval.low))),
        .init(
          "log_odds_ratio_high", one, "upper end of the ratio's interval",
          .numbers(entries.map(\.logOddsRatio.interval.high))),
      ])
  }

  /// The test of each region that is sensitive to anything, on each task; none where there are too few verdicts to find
  /// anything by them, so that nobody takes it for an absence.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      FindingFamily(
        name: .specificity, findings: specific.reduce(0, +), tests: isBlind ? 0 : testCount,
        strongest: findings.first.map { words($0, screen) })
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try SpecificityExhibit.make(group, context)
  }
}

extension Specificity {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let exclusive = "exclusive"
    static let exclusiveExpected = "exclusive_expected"
    static let specific = "specific"
    static let specificTask = "specific_task"
    static let onTask = "on_task"
    static let onAll = "on_all"
    static let adjustedPValue = "adjusted_p_value"
    static let logOddsRatio = "log_odds_ratio"
  }
}
