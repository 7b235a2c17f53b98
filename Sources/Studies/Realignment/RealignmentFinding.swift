import Drawing

/// What side networks say in sentences: what they change, and how far indices carry it.
struct RealignmentFinding {
  private let study: Realignment
  private let found: [RealignmentResult]

  init(_ study: Realignment, _ found: [RealignmentResult]) {
    self.study = study
    self.found = found
  }

  var sentences: [String] { study.styles.map { sentence($0.name) } + (study.styles.count > 1 ? [comparison] : []) }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

  private func sentence(_ style: String) -> String {
    let own = found.filter { $0.style == style }
    func number(_ value: (RealignmentResult) -> Double) -> String { Numeral.number(mean(own.map(value))) }
    let (trained, untrained) = (own.map(\.trained.split.excess), own.map(\.untrained.split.excess))
    // The loss of the quirks is another one than that of the model alone.
    let start = study.plan.hasQuirks ? "\(number(\.before)) before training" : number(\.hostLoss)
    return "\(style): a network of width \(study.width) takes the loss of held-out rows from \(start) nats to "
      + "\(number(\.after)). Between indices lies \(Numeral.share(mean(trained))) of the variance of its additions "
      + "beyond what no structure has (before training \(Numeral.share(mean(untrained))))\(seeds(own))."
  }

  /// How far the networks of different seeds agree.
  private func seeds(_ own: [RealignmentResult]) -> String {
    let pairs = correlations(own) { _, _ in true }
    guard !pairs.isEmpty else { return "" }
    return "; scores of indices correlate at \(Numeral.number(mean(pairs))) between seeds"
  }

  private var comparison: String {
    let pairs = correlations(found) { $0.style != $1.style }
    return
      "Between styles, scores of indices correlate at \(Numeral.number(mean(pairs))): near 0 there are no indices of "
      + "style as such, and what is near 1 can be had from gains alone, so that the same in an untrained host decides."
  }

  private func correlations(
    _ results: [RealignmentResult], _ isWanted: (RealignmentResult, RealignmentResult) -> Bool
  ) -> [Double] {
    results.indices.flatMap { one in
      results[(one + 1)...].filter { isWanted(results[one], $0) }.map {
        Striation.spearman(results[one].trained.scores, $0.trained.scores)
      }
    }
  }
}
