import Archive
import Drawing
import Geometry

extension LobeFindings: CloudAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "lobes"

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    try LobesExhibit.make(group, context)
  }

  var divisionDimension: AnalysisGroup.Dimension { .init("division", labels: divisions.map(\.name)) }

  var lobeDimension: AnalysisGroup.Dimension {
    .init(LobeFindings.Columns.lobe, length: divisions.map(\.lobeCount).max() ?? 0)
  }

  /// The dataset group `lobes`: which features are in which.
  var lobeGroup: AnalysisGroup {
    let all = lobes.functional.map(\.division) + [lobes.geometric]
    let rankCount = all.map(\.eigenvalues.count).max() ?? 0
    let lobeCount = lobeDimension.length
    let one = ["division"]
    return AnalysisGroup(
      name: LobeFindings.name,
      comment: """
        Features divided by what they fire on, with each of five affinities (simple matching; Jaccard 1901; Dice 1945; \
        overlap, Simpson 1943; phi, Yule 1912) from exact counts, and by geometry, with the affinity 1 - angle / pi \
        (Li et al. 2024, arXiv 2410.19750): spectral clustering of the normalized affinity (Ng, Jordan and Weiss 2002; \
        von Luxburg 2007). Phi below 0 counts as 0. Features that never fire are in no functional lobe, nor by phi are \
        those that always fire; a lobe of -1 is none. Lobes are numbered by size, the largest first. The method is \
        \(lobes.method.rawValue): exact, by affinities of all pairs; neighbours, by a graph of nearest neighbours by \
        cosine in place of angles; landmarks, by affinities to some points (Fowlkes, Belongie, Chung and Malik 2004), \
        whose landmark_error is the length of what eigenvectors leave over in exact rows. Descriptive: lobe_comparison \
        and lobe_tasks hold the tests.
        """,
      dimensions: [
        divisionDimension, lobeDimension, .init("feature", length: lobes.geometric.labels.count),
        .init("rank", length: rankCount, from: 1),
      ],
      variables: [
        .init(
          "label", ["division", "feature"], "lobe of each feature; -1: none", missing: -1,
          .counts(all.flatMap { $0.labels.map(Int.init) })),
        .init(LobeFindings.Columns.lobes, one, "lobes that were found", .counts(all.map(\.lobeCount))),
        .init(
          LobeFindings.Columns.size, ["division", "lobe"], "features of the lobe",
          .counts(all.flatMap { division in (0..<lobeCount).map { lobe in division.labels.count { $0 == lobe } } })),
        .init("components", one, "connected components of the affinity", .counts(all.map(\.componentCount))),
        .init(
          "landmark_error", one, "error of landmarks, not a number without",
          .numbers(all.map { $0.landmarkError ?? .nan })),
        .init(
          "never_firing", one, "features dropped because they never fire",
          .counts(lobes.functional.map(\.neverFiring) + [0])),
        .init(
          "always_firing", one, "features dropped because they always fire",
          .counts(lobes.functional.map(\.alwaysFiring) + [0])),
        .init(
          "eigenvalue", ["division", "rank"], "leading eigenvalues of the normalized affinity",
          .numbers(all.flatMap { $0.eigenvalues + Array(repeating: .nan, count: rankCount - $0.eigenvalues.count) })),
      ])
  }

  /// The dataset group `lobe_comparison`: functional lobes against geometric ones.
  var comparisonGroup: AnalysisGroup {
    let entries = lobes.functional.flatMap(\.comparison.entries)
    let predictions = lobes.functional.map(\.comparison.prediction)
    let (one, both) = (["measure"], ["measure", "null"])
    let draws = lobes.drawCounts
    return AnalysisGroup(
      name: "lobe_comparison",
      comment: """
        Functional lobes against geometric ones by adjusted mutual information (Vinh, Epps and Bailey 2010, arithmetic \
        mean) and the adjusted Rand index (Hubert and Arabie 1985), both 0 by chance and 1 where they are equal; and \
        by the balanced accuracy with which multinomial logistic regression (C = 1) predicts the lobe of a fifth of \
        the features, held out by a split stratified by lobe, from their points. accuracy_low and high are of 95 %: \
        Wilson's intervals of lobes (1927) combined as by Zou and Donner (2008). Nulls: permuted_labels permutes \
        functional lobes among all features, equal_rates only among features of similar firing rates, \
        random_directions clusters normal points of the cloud's mean and covariance like the cloud. \
        \(draws.permutations) permutations for agreement, \(draws.fits) for accuracy, and \(draws.clusterings) random \
        clouds, which are costly, so that their deviations are rough. The effect size is the value less the mean of \
        its null; z is in the null's deviations; p_value counts draws as large, (1 + those) / (1 + draws). Features \
        are not drawn independently, so that z grows with their number, and the effect size says how much it is.
        """,
      findings: comparisonSentences,
      dimensions: [
        .init("measure", labels: lobes.functional.map(\.measure.rawValue)),
        .init("null", labels: LobeComparison.Null.allCases.map(\.rawValue)),
      ],
      variables: AnalysisGroup.comparisons(
        "mutual_information", both, "adjusted mutual information", entries.map(\.agreement.mutualInformation))
        + AnalysisGroup.comparisons("rand_index", both, "adjusted Rand index", entries.map(\.agreement.randIndex))
        + AnalysisGroup.comparisons("accuracy", both, "balanced accuracy", entries.map(\.accuracy))
        + [
          .init(
            LobeFindings.Columns.accuracyLow, one, "lower end of the interval",
            .numbers(predictions.map(\.interval.lowerBound))),
          .init(
            LobeFindings.Columns.accuracyHigh, one, "upper end of the interval",
            .numbers(predictions.map(\.interval.upperBound))),
          .init("held_out", one, "features held out", .counts(predictions.map(\.count))),
          .init(
            "guessing", one, "balanced accuracy of a guess", .numbers(predictions.map { 1 / Double($0.classCount) })),
        ])
  }
}

extension AnalysisGroup {
  /// A statistic beside its null: its value, its effect size, its score and its probability.
  static func comparisons(
    _ name: String, _ dimensions: [String], _ meaning: String, _ comparisons: [NullComparison]
  ) -> [Variable] {
    func variable(_ suffix: String, _ meaning: String, _ value: (NullComparison) -> Double) -> Variable {
      .init(name + suffix, dimensions, meaning, .numbers(comparisons.map(value)))
    }
    return [
      variable("", meaning, \.value), variable("_null", "mean of the draws", \.mean),
      variable("_deviation", "standard deviation of the draws", \.deviation),
      variable("_effect", "value less the mean of the draws", \.excess),
      variable("_z", "effect in deviations of the draws", \.z),
      variable("_p_value", "of a value as large under the null", \.probabilityAbove),
      .init("\(name)_draws", dimensions, "draws of the null", .counts(comparisons.map(\.drawCount))),
    ]
  }
}

extension LobeFindings {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let accuracyLow = "accuracy_low"
    static let accuracyHigh = "accuracy_high"
    static let size = "size"
    static let lobes = "lobes"
    static let lobe = "lobe"
    static let share = "share"
    static let logOddsRatio = "log_odds_ratio"
    static let logOddsRatioLow = "log_odds_ratio_low"
    static let logOddsRatioHigh = "log_odds_ratio_high"
    static let name = "name"
    static let phi = "phi"
  }
}
