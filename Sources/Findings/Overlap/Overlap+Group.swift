import Archive
import Drawing
import MessagePassing

extension Overlap: ScreenAnalysis {
  /// The name of its group in the analysis file.
  public static let name = "overlap"

  /// Analyzes the verdicts.
  public static func find(in screen: ScreenMaterial, communicator: Communicator?) throws -> Overlap? {
    Overlap(screen.counts)
  }

  /// The dataset group `overlap`.
  public func group(of screen: ScreenMaterial) -> AnalysisGroup {
    let inputs = screen.inputs
    let both = ["input", "other_input"]
    func matrix(_ name: String, _ meaning: String, own: Double, _ value: (Int) -> Double) -> AnalysisGroup.Variable {
      var values = Array(repeating: own, count: inputCount * inputCount)
      for (index, pair) in pairs.enumerated() {
        let number = value(index)
        values[pair.first * inputCount + pair.second] = number
        values[pair.second * inputCount + pair.first] = number
      }
      return .init(name, both, meaning, .numbers(values))
    }
    return AnalysisGroup(
      name: Overlap.name,
      comment: """
        How alike inputs are in what they are sensitive to. jaccard is the share of mutations non-silent on both among \
        those non-silent on either, with Wilson's interval (1927). The null is that the sets are independent: p_value \
        is hypergeometric, adjusted_p_value that over all pairs (Benjamini and Hochberg 1995), the effect size the log \
        odds ratio. layer_correlation and region_correlation are Pearson's, of the shares of layers and of the counts \
        of regions, with intervals by Fisher's transformation (1921). All intervals are of 95 %; mutations are no \
        independent draws, so intervals and p values are descriptive.
        """,
      dimensions: [.init("input", labels: inputs), .init("other_input", labels: inputs)],
      variables: [
        matrix("jaccard", "share of those non-silent on both among those on either", own: 1) {
          pairs[$0].jaccard.share
        },
        matrix("jaccard_low", "lower end of the interval", own: 1) { pairs[$0].jaccard.wilsonInterval.low },
        matrix("jaccard_high", "upper end of the interval", own: 1) { pairs[$0].jaccard.wilsonInterval.high },
        matrix("log_odds_ratio", "log odds ratio of being non-silent on both", own: .nan) {
          pairs[$0].logOddsRatio.value
        },
        matrix("p_value", "probability of at least as many on both by chance", own: .nan) { pairs[$0].probability },
        matrix("adjusted_p_value", "smallest false discovery rate of a finding", own: .nan) { adjusted[$0] },
        matrix("layer_correlation", "correlation of the shares of layers", own: 1) { pairs[$0].layers.value },
        matrix("layer_correlation_low", "lower end of the interval", own: 1) { pairs[$0].layers.interval.low },
        matrix("layer_correlation_high", "upper end of the interval", own: 1) { pairs[$0].layers.interval.high },
        matrix("region_correlation", "correlation of the counts of regions", own: 1) { pairs[$0].regions.value },
        matrix("region_correlation_low", "lower end of the interval", own: 1) { pairs[$0].regions.interval.low },
        matrix("region_correlation_high", "upper end of the interval", own: 1) { pairs[$0].regions.interval.high },
      ])
  }

  /// The test of every two inputs.
  public func families(of screen: ScreenMaterial) -> [FindingFamily] {
    [FindingFamily(.overlap, adjusted: adjusted, strongest: strongest(screen))]
  }

  /// What a report shows of the group.
  public static func exhibit(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit? {
    try OverlapExhibit.make(group, context)
  }
}
