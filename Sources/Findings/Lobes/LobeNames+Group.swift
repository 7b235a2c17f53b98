import Archive
import Geometry
import Statistics

extension LobeFindings {
  /// Lobes that a division lacks and another one has.
  private static let none = LobeNames.Entry(
    firings: Proportion(), logOddsRatio: LogOddsRatio(of: Proportion(), against: Proportion()))

  /// The dataset group `lobe_names`: the documents that each lobe is named by; nil where nothing is known of firings.
  var documentGroup: AnalysisGroup? {
    let named = divisions.compactMap(\.names)
    guard named.count == divisions.count else { return nil }
    let entries = named.flatMap { names in
      (0..<lobeDimension.length).flatMap { lobe in
        let own = lobe < names.documents.count ? names.documents[lobe].map { ($0, names[lobe, $0]) } : []
        return own + Array(repeating: (-1, LobeFindings.none), count: LobeNames.limit - own.count)
      }
    }
    let ranked = ["division", "lobe", "rank"]
    return AnalysisGroup(
      name: "lobe_names",
      comment: """
        The documents that features of a lobe fire on more than features of all other lobes do, the surest first: by \
        the lower end of the log odds ratio, with half a count added to each cell (Haldane 1956, Anscombe 1956) and \
        its normal interval of 95 %. Functional lobes were made from the same firings, and features are no independent \
        draws, so that the intervals are descriptive. A document of -1 is none.
        """,
      dimensions: [divisionDimension, lobeDimension, .init("rank", length: LobeNames.limit, from: 1)],
      variables: [
        .init("document", ranked, "number of the document", missing: -1, .counts(entries.map(\.0))),
        .init(
          LobeFindings.Columns.name, ranked, "name of the document",
          .texts(entries.map { $0.0 < 0 ? "" : documents[$0.0] })),
      ] + LobeFindings.variables(entries.map(\.1), ranked))
  }

  /// The dataset group `lobe_tasks`: lobes and groups of documents; nil where there are no groups.
  var taskGroup: AnalysisGroup? {
    let (agreements, rates) = (divisions.compactMap(\.agreement), divisions.compactMap(\.agreementOfRates))
    guard agreements.count == divisions.count, rates.count == divisions.count else { return nil }
    let entries = divisions.flatMap { division in
      (0..<lobeDimension.length).flatMap { lobe in
        let own = division.names?.ofGroups ?? []
        return lobe < own.count ? own[lobe] : groups.map { _ in LobeFindings.none }
      }
    }
    let one = ["division"]
    return AnalysisGroup(
      name: "lobe_tasks",
      comment: """
        How often features of each lobe fire on each group of documents (the tasks of inputs), and the log odds ratio \
        against the features of all other lobes, with half a count added to each cell (Haldane 1956, Anscombe 1956) \
        and its normal interval of 95 %, which is descriptive. mutual_information is that between the lobes and the \
        group that each feature fires on most, adjusted (Vinh, Epps and Bailey 2010); features that fire on two groups \
        most alike are left out. Its nulls permute lobes among all features, and, in rate_mutual_information, only \
        among features of similar firing rates; the effect size is the value less the mean of its null. Functional \
        lobes are made from the same firings as the groups, so that their agreement is no surprise; that of geometric \
        lobes is from points alone.
        """,
      findings: taskSentences,
      dimensions: [divisionDimension, lobeDimension, .init("task", labels: groups)],
      variables: LobeFindings.variables(entries, ["division", "lobe", "task"])
        + AnalysisGroup.comparisons(
          "mutual_information", one, "adjusted mutual information of lobes and groups",
          agreements.map(\.mutualInformation))
        + AnalysisGroup.comparisons(
          "rate_mutual_information", one, "the same, against a null among features of similar rates",
          rates.map(\.mutualInformation))
        + [
          .init(
            "features", ["task"], "features that fire on the group most",
            .counts(groups.indices.map { group in leading.count { $0 == group } })),
          .init(
            "without_task", [], "features that fire on none, or on two groups most alike",
            .counts([leading.count { $0 < 0 }])),
        ])
  }

  private static func variables(_ entries: [LobeNames.Entry], _ dimensions: [String]) -> [AnalysisGroup.Variable] {
    let ratios = entries.map(\.logOddsRatio)
    return [
      .init(
        LobeFindings.Columns.share, dimensions, "share of the lobe's features that fire",
        .numbers(entries.map(\.firings.share))),
      .init(
        LobeFindings.Columns.logOddsRatio, dimensions, "against the features of all other lobes",
        .numbers(ratios.map(\.value))),
      .init(
        LobeFindings.Columns.logOddsRatioLow, dimensions, "lower end of the ratio's interval",
        .numbers(ratios.map(\.interval.low))),
      .init(
        LobeFindings.Columns.logOddsRatioHigh, dimensions, "upper end of the ratio's interval",
        .numbers(ratios.map(\.interval.high))),
    ]
  }
}
