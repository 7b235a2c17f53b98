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
        .init("layer", one, "layer of the matrix", .counts(entries.map(\.layer))),
        .init("matrix", one, "matrix", .matrices(entries.map(\.matrix))),
        .init(
          "more_by_maximum", one, "regions that are non-silent on more inputs by maximum",
          .counts(entries.map(\.moreByMaximum))),
        .init(
          "more_by_minimum", one, "regions that are non-silent on more inputs by minimum",
          .counts(entries.map(\.moreByMinimum))),
        .init(
          "equal", one, "regions that are non-silent on as many inputs by both",
          .counts(entries.map(\.contrast.equal))),
        .init("effect", one, "from -1, all by minimum, to 1, all by maximum", .numbers(entries.map(\.effect))),
        .init("region_p_value", one, "of the test over regions", .numbers(entries.map(\.contrast.probability))),
        .init("row_p_value", one, "of the test over row blocks", .numbers(entries.map(\.rowProbability))),
        .init("column_p_value", one, "of the test over column blocks", .numbers(entries.map(\.columnProbability))),
        .init(
          "log_extremes", one, "logarithm of |maximum / minimum|", .numbers(entries.map { $0.extremes ?? .nan })),
        .init(
          "expected_log_odds", one, "log odds of leaning to maximum that the extremes make",
          .numbers(entries.map { $0.expectedLogOdds ?? .nan })),
        .init(
          "residual", one, "deviations from what the extremes make", .numbers(entries.map { $0.residual ?? .nan })),
        .init(
          "residual_p_value", one, "of the residual, two-sided, over all matrices",
          .numbers(entries.map { $0.residualProbability ?? .nan })),
        .init("leaning_adjusted_p_value", one, "smallest false discovery rate of its leaning", .numbers(leaning)),
        .init("adjusted_p_value", one, "smallest false discovery rate of a finding", .numbers(adjusted)),
      ])
  }

  /// The test of each matrix.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [FindingFamily(.bias, adjusted: adjusted)]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try BiasExhibit.make(group, context)
  }
}
