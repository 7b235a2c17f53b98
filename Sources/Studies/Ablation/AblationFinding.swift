import Drawing
import Foundation

/// What an ablation says in sentences: which method hurts least, by how much, and where that changes.
struct AblationFinding {
  private let study: Ablation
  private let scores: AblationScores

  init(_ study: Ablation, _ scores: AblationScores) {
    self.study = study
    self.scores = scores
  }

  var sentences: [String] {
    guard study.methods.count > 1 else { return [] }
    return study.sites.indices.compactMap(sentence)
  }

  /// The sentence of a site: the rises at the fraction nearest to a half, and which method hurts least and most over
  /// the whole curve.
  private func sentence(_ site: Int) -> String? {
    guard let middle = study.fractions.indices.min(by: { distance($0) < distance($1) }), distance(middle) < 0.5 else {
      return nil
    }
    let rises = study.methods.indices.map { mean(site, $0, [middle]) - scores.unedited }
    let list = study.methods.indices.sorted { rises[$0] < rises[$1] }
      .map { "\(study.methods[$0].rawValue) \(nats(rises[$0]))" }.joined(separator: ", ")
    let comparison = MethodComparison(study.methods.indices.map { curveMeans(site, $0) }, sites: study.sites.count)
    let order = comparison.order
    let (last, before) = (order[order.count - 1], order[order.count - 2])
    let isKnown = comparison.stands(order[0], order[1])
    return "With \(Numeral.share(study.fractions[middle].value)) of the units of \(study.sites[site].rawValue) "
      + "replaced, cross-entropy rises by \(list) nats. Over the whole curve "
      + verdict(comparison, order[0], order[1], "least") + ", and " + verdict(comparison, last, before, "most") + "."
      + (isKnown ? crossing(site, order[0]) : "")
  }

  /// The fractions between none and all; where there are none such, all but none.
  private var inner: [Int] {
    let some = study.fractions.indices.filter { study.fractions[$0].value > 0 }
    let inner = some.filter { study.fractions[$0].value < 1 }
    return inner.isEmpty ? some : inner
  }

  private func mean(_ site: Int, _ method: Int, _ fractions: [Int]) -> Double {
    let own = fractions.flatMap { scores.crossEntropies(site: site, method: method, fraction: $0) }
    return own.reduce(0, +) / Double(max(own.count, 1))
  }

  /// The mean of a method's curve for each random order.
  private func curveMeans(_ site: Int, _ method: Int) -> [Double] {
    let all = inner.map { scores.crossEntropies(site: site, method: method, fraction: $0) }
    return study.seeds.indices.map { seed in all.reduce(0) { $0 + $1[seed] } / Double(max(all.count, 1)) }
  }

  private func distance(_ fraction: Int) -> Double { abs(study.fractions[fraction].value - 0.5) }

  private func nats(_ value: Double) -> String {
    // Two decimals; what rounds to nothing has no sign.
    let rounded = (value * 100).rounded() / 100 + 0
    return String(format: "%.2f", rounded == 0 ? 0 : rounded).replacing("-", with: "−")
  }

  /// Whether a method hurts least, or most, beyond the spread over random orders. Which two methods are compared was
  /// chosen by looking, and so p is corrected for all pairs (Bonferroni).
  private func verdict(_ comparison: MethodComparison, _ extreme: Int, _ next: Int, _ word: String) -> String {
    let (one, other) = (study.methods[extreme].rawValue, study.methods[next].rawValue)
    guard let p = comparison.probability(extreme, next) else {
      return "\(one) hurts \(word), which a single random order cannot tell from chance"
    }
    let words =
      "\(nats(abs(comparison.difference(extreme, next)))) nats from \(other); paired over "
      + "\(study.seeds.count) random orders and corrected for \(Numeral.items(comparison.pairs, "pair")), "
      + "p = \(Numeral.chance(p))"
    return comparison.stands(extreme, next)
      ? "\(one) hurts \(word) (\(words))"
      : "no method hurts \(word) beyond the spread over random orders (\(one) is \(words))"
  }

  /// The fractions at which another method is the best, in a sentence; empty where there are none.
  private func crossing(_ site: Int, _ best: Int) -> String {
    let others = study.fractions.indices.compactMap { fraction -> String? in
      let means = study.methods.indices.map { mean(site, $0, [fraction]) }
      guard let least = means.indices.min(by: { means[$0] < means[$1] }), least != best, means[least] < means[best]
      else { return nil }
      return "\(study.methods[least].rawValue) at \(Numeral.share(study.fractions[fraction].value))"
    }
    return others.isEmpty ? "" : " Elsewhere others hurt least: \(others.joined(separator: ", "))."
  }
}
