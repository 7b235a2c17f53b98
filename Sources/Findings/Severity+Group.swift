import Archive

extension Severity {
  /// The dataset group `severity`.
  func group(tasks: [String]) -> AnalysisGroup {
    let combinations = entries.map(\.combination)
    let cells = entries.flatMap(\.tasks)
    let one = ["combination"]
    return AnalysisGroup(
      name: "severity",
      comment: """
        How far the continuations of mutants are from the baseline's, by combination of layer, matrix and kind and by task. \
        cosine: of word counts in lower case without . , ! and ?, split at white space. edit_distance: Levenshtein's, of \
        tokens. Both of non-silent verdicts. divergence and log_perplexity_change: of all verdicts that are numbers. The unit \
        of a mean is a mutation, with its mean over the inputs of the task; intervals are Student's of 95 %. The null is that \
        mutations of all combinations are drawn alike: p_value by Student's test of the mean against that of all others on \
        the task, with one variance for both, adjusted_p_value over combinations, tasks and the four measures (Benjamini and \
        Hochberg 1995), effect in standard deviations (Hedges' g). An answer is lost \
        where the baseline's continuation begins with the answer's words and the mutant's does not, or, where the baseline's \
        only holds them, the mutant's does not hold them; its effect is the log odds ratio against all other combinations, \
        its intervals are Wilson's of 95 % (1927). Mutations of a matrix are no independent draws, so all intervals and \
        p values are descriptive.
        """,
      dimensions: [.init("combination", length: entries.count), .init("task", labels: tasks)],
      variables: [
        .init("layer", one, "layer of the mutated matrix", .counts(combinations.map(\.layer))),
        .init("matrix", one, "mutated matrix", .matrices(combinations.map(\.matrix))),
        .init("kind", one, "what was done to the region", .kinds(combinations.map(\.kind))),
      ]
        + Quantity.allCases.enumerated().flatMap { variables($1, cells.map { $0.measures }, at: $0) }
        + shares("answers_lost", "answers lost", cells.map(\.answersLost))
        + [
          .init(
            "answers_lost_log_odds_ratio", ["combination", "task"], "log odds ratio against all other combinations",
            .numbers(cells.map(\.answersRatio.value)))
        ]
        + shares("choices_changed", "choices other than the baseline's", cells.map(\.choicesChanged))
        + shares("choices_turned_wrong", "wrong choices where the baseline's is right", cells.map(\.choicesTurnedWrong))
    )
  }

  private func variables(_ quantity: Quantity, _ cells: [[Measure]], at place: Int) -> [AnalysisGroup.Variable] {
    let measures = cells.map { $0[place] }
    let intervals = measures.map(\.moments.interval)
    let (name, words) = (quantity.rawValue, quantity.rawValue.replacing("_", with: " "))
    let units = quantity == .divergence || quantity == .logPerplexityChange ? "nat" : "1"
    let each = ["combination", "task"]
    return [
      .init("\(name)_mutations", each, "mutations in the mean \(words)", .counts(measures.map(\.moments.count))),
      .init(name, each, "mean \(words)", units: units, .numbers(measures.map(\.moments.mean))),
      .init("\(name)_low", each, "lower end of the mean's interval", units: units, .numbers(intervals.map(\.low))),
      .init("\(name)_high", each, "upper end of the mean's interval", units: units, .numbers(intervals.map(\.high))),
      .init(
        "\(name)_effect", each, "difference from other combinations, in standard deviations",
        .numbers(measures.map(\.difference.effect))),
      .init("\(name)_p_value", each, "of such a difference", .numbers(measures.map(\.difference.probability))),
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
      .init(name, each, words, .counts(shares.map(\.nonSilent))),
      .init("\(name)_share", each, "share of \(words)", .numbers(shares.map(\.share))),
      .init("\(name)_share_low", each, "lower end of the share's interval", .numbers(intervals.map(\.low))),
      .init("\(name)_share_high", each, "upper end of the share's interval", .numbers(intervals.map(\.high))),
    ]
  }
}
