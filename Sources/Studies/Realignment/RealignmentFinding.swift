import Drawing
import Statistics

/// What side networks say in sentences: what they change, how far indices carry it, and what hosts that have lost their
/// training have of the same.
struct RealignmentFinding {
  private let results: RealignmentResults
  /// The index that carries most, in the model and in each control.
  private let commons: [CommonIndex]
  private let covariates: IndexCovariates

  init(_ results: RealignmentResults, _ commons: [CommonIndex], _ covariates: IndexCovariates) {
    (self.results, self.commons, self.covariates) = (results, commons, covariates)
  }

  private var request: RealignmentRequest { results.request }

  var sentences: [String] {
    request.styles.map { sentence($0.name) } + (request.styles.count > 1 ? [comparison] : []) + [follows, common]
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

  /// What each control has, in words; nothing where there is none.
  private func controls(_ words: (HostControl) -> String) -> String {
    request.controls.map { ", \($0.rawValue) host \(words($0))" }.joined()
  }

  /// What each control has, in brackets behind a figure; nothing where there is none.
  private func bracketed(_ words: (HostControl) -> String) -> String {
    request.controls.isEmpty ? "" : " (\(controls(words).dropFirst(2)))"
  }

  // MARK: Styles

  private func sentence(_ style: String) -> String {
    func networks(_ control: HostControl?) -> [RealignmentResult] {
      results.networks(control).filter { $0.style == style }
    }
    let own = networks(nil)
    func number(_ value: (RealignmentResult) -> Double) -> String { Numeral.number(mean(own.map(value))) }
    // The loss of the quirks is another one than that of the model alone.
    let start = request.plan.hasQuirks ? "\(number(\.before)) before training" : number(\.hostLoss)
    let excess = Numeral.share(mean(own.map(\.trained.split.excess)))
    let untrained = Numeral.share(mean(own.map(\.untrained.split.excess)))
    let others = controls { Numeral.share(mean(networks($0).map(\.trained.split.excess))) }
    return "\(style): a network of width \(request.width) takes the loss of held-out rows from \(start) nats to "
      + "\(number(\.after)). Between indices lies \(excess) of the variance of its additions beyond what no structure "
      + "has (before training \(untrained)\(others))\(seeds(own))."
  }

  /// How far the networks of different seeds agree.
  private func seeds(_ own: [RealignmentResult]) -> String {
    let pairs = correlations(own) { _, _ in true }
    guard !pairs.isEmpty else { return "" }
    return "; learned scores of indices correlate at \(Numeral.number(mean(pairs))) between seeds"
  }

  private func styleCorrelation(_ control: HostControl?) -> String {
    Numeral.number(mean(correlations(results.networks(control)) { $0.style != $1.style }))
  }

  private var comparison: String {
    let end = request.controls.isEmpty ? "" : ", and what a control has too is not of training"
    return "Between styles, learned scores of indices correlate at \(styleCorrelation(nil))"
      + "\(bracketed { styleCorrelation($0) }): near 0 there are no indices of style as such\(end)."
  }

  private func correlations(
    _ results: [RealignmentResult], _ isWanted: (RealignmentResult, RealignmentResult) -> Bool
  ) -> [Double] {
    results.indices.flatMap { one in
      results[(one + 1)...].filter { isWanted(results[one], $0) }.map {
        Striation.spearman(results[one].learnedScores, $0.learnedScores)
      }
    }
  }

  // MARK: What explains strength

  /// The measure of indices that scores follow most.
  private var follows: String {
    func correlation(_ place: Int, _ control: HostControl?) -> Double {
      mean(results.networks(control).map { $0.trained.correlations[place].value })
    }
    let all = covariates.all.indices.map { correlation($0, nil) }
    let known = all.indices.filter { all[$0].isFinite }
    guard let most = known.max(by: { abs(all[$0]) < abs(all[$1]) }) else {
      return "All indices are alike before anything is added, so that scores cannot follow them."
    }
    let name = covariates.all[most].name
    return "Of what indices are like without additions, scores follow \(words(name)) most, and that with a rank "
      + "correlation of \(Numeral.number(all[most]))\(bracketed { Numeral.number(correlation(most, $0)) })."
  }

  private func words(_ covariate: String) -> String { IndexCovariates.words[covariate] ?? covariate }

  // MARK: The index that stands out

  private var common: String {
    let own = commons[0]
    let amount =
      "it has \(Numeral.share(own.share)) of the squares of learned scores in the mean, and is first in "
      + "\(own.firstCount) of \(Numeral.items(own.networkCount, "network"))"
    guard own.styleCount > 1 else {
      return "One style cannot show an index that carries all styles. Index \(own.index) has most: \(amount)."
    }
    let null =
      "the greatest of styles permuted has \(Numeral.share(own.expected)), \(own.probability.text)"
    guard own.isCommon else {
      return "No index carries all styles beyond chance. Index \(own.index) has most: \(amount) (\(null))."
    }
    return "Index \(own.index) stands out in all styles: \(amount) (\(null)). \(explanation(own.index)) "
      + verdict(own)
  }

  /// Of what the index has most in the model itself.
  private func explanation(_ index: Int) -> String {
    let ranks = covariates.all.map { (name: $0.name, rank: IndexRank(index, by: $0.values)) }
    let first = ranks.filter { $0.rank.rank == 1 }
    guard first.isEmpty else {
      let parts = first.map { "\(words($0.name)) (\(Numeral.number($0.rank.ratio)) times the median)" }
      return "Without additions it is the greatest of all by \(parts.joined(separator: ", "))."
    }
    guard let nearest = ranks.min(by: { $0.rank.rank < $1.rank.rank }) else { return "" }
    return "Without additions it is the greatest by nothing that was measured: at best it is number "
      + "\(nearest.rank.rank) of \(Numeral.count(covariates.all[0].values.count)), by \(words(nearest.name))."
  }

  /// Whether hosts that have lost their training have the same index.
  private func verdict(_ own: CommonIndex) -> String {
    guard !request.controls.isEmpty else {
      return "It was not compared with an untrained host, and gains alone can do that."
    }
    return zip(request.controls, commons.dropFirst()).map { control, other in
      let kept =
        switch control {
        case .uniform: "the shape of the model"
        case .matched: "gains and the sizes of weights"
        case .shuffled: "gains and the weights' own numbers"
        }
      let found = "In the \(control.rawValue) host "
      guard other.index == own.index else {
        return found + "it has \(Numeral.share(other.shares[own.index])), and index \(other.index) has most, "
          + "\(Numeral.share(other.share)): it does not come first by what the control keeps, \(kept)."
      }
      guard other.isCommon else {
        return found + "the same index has most, \(Numeral.share(other.share)), if not beyond chance: what the control "
          + "keeps, \(kept), may be what puts it first."
      }
      return found + "the same index stands out, with \(Numeral.share(other.share)): it comes first by what the "
        + "control keeps, \(kept), and says nothing of what was trained."
    }.joined(separator: " ")
  }
}
