import Archive

extension SeverityMap {
  /// The dataset group `severity_map`.
  var group: AnalysisGroup {
    let thresholds = SeverityMap.thresholds
    return AnalysisGroup(
      name: "severity_map",
      comment: """
        Inputs on which a mutant's continuation has a cosine of word counts with the baseline's below each threshold. \
        Mutations are those of the results file, in its order.
        """,
      dimensions: [
        .init("mutation", length: inputs.count / thresholds.count),
        .init("threshold", labels: thresholds.map { "\($0)" }),
      ],
      variables: [
        .init("inputs", ["mutation", "threshold"], "inputs below the threshold, 255 for any more", .bytes(inputs))
      ])
  }
}
