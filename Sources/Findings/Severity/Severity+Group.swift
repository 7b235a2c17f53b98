import Archive
import Drawing
import MessagePassing
import Statistics

extension Severity: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "severity"

  /// Analyzes what mutants say; nil without continuations.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Severity? {
    screen.texts.map { Severity($0.tables, $0.measures) }
  }

  /// The dataset group `severity`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let tasks = screen.texts?.tables.texts.tasks ?? []
    let combinations = entries.map(\.combination)
    let cells = entries.flatMap(\.tasks)
    let one = ["combination"]
    return AnalysisGroup(
      name: Severity.name,
      comment: """
        How far the continuations of mutants are from the baseline's, by combination of layer, matrix and kind and by \
        task. cosine: of word counts in lower case without . , ! and ?, split at white space. edit_distance: \
        Levenshtein's, of tokens. Both of non-silent verdicts. divergence and log_perplexity_change: of all verdicts \
        that are numbers. The unit is a mutation, with its mean over the inputs of the task. A mean over mutations may \
        be that of a few that are far out; median and quartiles are not. effect is Cliff's delta (1993) against the \
        mutations of all other combinations on the task: how likelier a mutation of the combination has the larger \
        number than the smaller one, from -1 to 1; the probability of having the larger is (1 + effect) / 2. The null \
        is that mutations of all combinations are drawn alike: p_value by Mann and Whitney's test (1947) with ties, \
        two-sided: twice the tail of all ways to draw as many of the ranks (double saddlepoint, Skovgaard 1987), which \
        also holds far out and where most numbers are equal; the normal approximation where that is above 0.05; \
        adjusted_p_value over combinations of at least \(Severity.leastMutations) mutations, tasks and the four \
        measures (Benjamini and Hochberg 1995). An answer is lost where the baseline's continuation begins with the \
        answer's words and the mutant's does not, or, where the baseline's only holds them, the mutant's does not hold \
        them; its effect is the log odds ratio against all other combinations, its intervals are Wilson's of 95 % \
        (1927). Nothing is tested of answers: mutations of a matrix are no independent draws, and these intervals \
        describe how many verdicts there are.
        """,
      dimensions: [.init("combination", length: entries.count), .init("task", labels: tasks)],
      variables: [
        .init(Severity.Columns.layer, one, "layer of the mutated matrix", .counts(combinations.map(\.layer))),
        .init(Severity.Columns.matrix, one, "mutated matrix", .matrices(combinations.map(\.matrix))),
        .init(Severity.Columns.kind, one, "what was done to the region", .kinds(combinations.map(\.kind))),
      ]
        + Quantity.allCases.enumerated().flatMap { variables($1, cells.map { $0.measures }, at: $0) }
        + shares(Severity.Columns.answersLost, "answers lost", cells.map(\.answersLost))
        + [
          .init(
            "answers_lost_log_odds_ratio", ["combination", "task"], "log odds ratio against all other combinations",
            .numbers(cells.map(\.answersRatio.value)))
        ]
        + shares("choices_changed", "choices other than the baseline's", cells.map(\.choicesChanged))
        + shares("choices_turned_wrong", "wrong choices where the baseline's is right", cells.map(\.choicesTurnedWrong))
    )
  }

  /// The test of every combination on each task by each measure.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [
      FindingFamily(
        .severity, adjusted: entries.flatMap { $0.tasks.flatMap { $0.measures.map(\.adjusted) } },
        strongest: comparisons(screen)?.examples.first)
    ]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try SeverityExhibit.make(group, context)
  }

  private func variables(_ quantity: Quantity, _ cells: [[Measure]], at place: Int) -> [AnalysisGroup.Variable] {
    let measures = cells.map { $0[place] }
    let (name, words) = (quantity.rawValue, quantity.rawValue.replacing("_", with: " "))
    let nats = quantity == .divergence || quantity == .logPerplexityChange ? ", in nats" : ""
    let each = ["combination", "task"]
    func quartile(_ label: String, _ words: String, _ place: Int) -> AnalysisGroup.Variable {
      .init("\(name)_\(label)", each, words + nats, .numbers(measures.map { $0.quartiles[place] }))
    }
    return [
      .init("\(name)_mutations", each, "mutations that have the \(words)", .counts(measures.map(\.count))),
      .init(name, each, "mean \(words)\(nats)", .numbers(measures.map(\.mean))),
      quartile("lower_quartile", "what a quarter of the mutations do not exceed", 0),
      quartile("median", "median over mutations", 1),
      quartile("upper_quartile", "what three quarters of the mutations do not exceed", 2),
      .init(
        "\(name)_effect", each, "Cliff's delta against the mutations of other combinations",
        .numbers(measures.map(\.comparison.effect))),
      .init(
        "\(name)_p_value", each, "of ranks as far from those of others",
        .numbers(measures.map(\.comparison.probability))),
      .init(
        "\(name)_adjusted_p_value", each, "smallest false discovery rate of a finding",
        .numbers(measures.map(\.adjusted))
      ),
    ]
  }

  private func shares(_ name: String, _ words: String, _ shares: [Proportion]) -> [AnalysisGroup.Variable] {
    let intervals = shares.map(\.wilsonInterval)
    let each = ["combination", "task"]
    return [
      .init("\(name)_verdicts", each, "verdicts that could be \(words)", .counts(shares.map(\.total))),
      .init(name, each, words, .counts(shares.map(\.count))),
      .init("\(name)_share", each, "share of \(words)", .numbers(shares.map(\.share))),
      .init("\(name)_share_low", each, "lower end of the share's interval", .numbers(intervals.map(\.low))),
      .init("\(name)_share_high", each, "upper end of the share's interval", .numbers(intervals.map(\.high))),
    ]
  }
}

extension Severity {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let answersLost = "answers_lost"
    static let layer = "layer"
    static let matrix = "matrix"
    static let kind = "kind"
  }
}
