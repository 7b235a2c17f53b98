import Archive
import Drawing
import MessagePassing

extension Bias: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "bias"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Bias? {
    Bias(screen.counts)
  }

  /// The dataset group `bias`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let one = ["profile"]
    return AnalysisGroup(
      name: Bias.name,
      comment: """
        Whether regions are non-silent on more inputs by maximum or by minimum, matrix by matrix. The null is that \
        either kind is as likely to be the one. region_p_value is the exact test of McNemar (1947) over regions; \
        row_p_value and column_p_value are paired t tests over row blocks and column blocks, whose regions are no \
        independent pairs. A larger extreme on one side makes a bias by arithmetic alone: residual is how far, in \
        standard deviations, a matrix stands out of the line through the origin that the log odds of most matrices \
        follow against ln |maximum / minimum| (least trimmed squares, Rousseeuw 1984); residual_p_value is that of so \
        many matrices so far out among all (Rosner 1983), so that several biased matrices do not hide one another. \
        leaning_adjusted_p_value is the largest of the first three over all matrices (Benjamini and Hochberg 1995), \
        adjusted_p_value the larger of that and residual_p_value: a finding leans, and does so beyond its extremes. \
        The effect size is (more by maximum − more by minimum) over their sum.
        """,
      dimensions: [.init("profile", length: entries.count)],
      variables: [
        .init(Bias.Columns.layer, one, "layer of the matrix", .counts(entries.map(\.layer))),
        .init(Bias.Columns.matrix, one, "matrix", .matrices(entries.map(\.matrix))),
        .init(
          Bias.Columns.moreByMaximum, one, "regions that are non-silent on more inputs by maximum",
          .counts(entries.map(\.moreByMaximum))),
        .init(
          Bias.Columns.moreByMinimum, one, "regions that are non-silent on more inputs by minimum",
          .counts(entries.map(\.moreByMinimum))),
        .init(
          "equal", one, "regions that are non-silent on as many inputs by both",
          .counts(entries.map(\.contrast.equal))),
        .init(
          Bias.Columns.effect, one, "from -1, all by minimum, to 1, all by maximum", .numbers(entries.map(\.effect))),
        .init("region_p_value", one, "of the test over regions", .numbers(entries.map(\.contrast.probability))),
        .init("row_p_value", one, "of the test over row blocks", .numbers(entries.map(\.rowProbability))),
        .init("column_p_value", one, "of the test over column blocks", .numbers(entries.map(\.columnProbability))),
        .init(
          Bias.Columns.logExtremes, one, "logarithm of |maximum / minimum|",
          .numbers(entries.map { $0.extremes ?? .nan })),
        .init(
          Bias.Columns.expectedLogOdds, one, "log odds of leaning to maximum that the extremes make",
          .numbers(entries.map { $0.expectedLogOdds ?? .nan })),
        .init(
          "residual", one, "deviations from what the extremes make", .numbers(entries.map { $0.residual ?? .nan })),
        .init(
          "residual_p_value", one, "of the residual, two-sided, over all matrices",
          .numbers(entries.map { $0.residualProbability ?? .nan })),
        .init("leaning_adjusted_p_value", one, "smallest false discovery rate of its leaning", .numbers(leaning)),
        .init(Bias.Columns.adjustedPValue, one, "smallest false discovery rate of a finding", .numbers(adjusted)),
      ])
  }

  /// The test of each matrix.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [FindingFamily(.bias, adjusted: adjusted, strongest: examples.first)]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try BiasExhibit.make(group, context)
  }
}

extension Bias {
  /// The names of the columns that the exhibit reads.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
    static let effect = "effect"
    static let adjustedPValue = "adjusted_p_value"
    static let moreByMaximum = "more_by_maximum"
    static let moreByMinimum = "more_by_minimum"
    static let logExtremes = "log_extremes"
    static let expectedLogOdds = "expected_log_odds"
  }
}
