import Foundation
import Perturbations
import Statistics
import Transformer

/// The findings of a screen in sentences, a family of tests each.
public struct FindingSentences {
  private let analysis: Analysis
  /// Examples that a sentence names.
  private static let exampleCount = 3

  /// Takes what was found.
  public init(_ analysis: Analysis) { self.analysis = analysis }

  /// The sentences in the order in which they are printed.
  public var all: [String] {
    [bias, enrichment, complementarity] + (analysis.control.entries.isEmpty ? [] : [control])
      + (analysis.counts.tasks.count > 1 ? [specificity] : []) + [overlap] + (analysis.texts.map(texts) ?? [])
  }

  // MARK: Families

  /// The sentence on matrices that are biased towards maximum or minimum.
  public var bias: String {
    let bias = analysis.bias
    let findings = bias.findings.map { bias.entries[$0] }.sorted { abs($0.effect) > abs($1.effect) }
    guard !bias.entries.isEmpty else { return "Bias: maximum and minimum were not both screened." }
    let examples = findings.map { entry in
      "\(place(entry.layer, entry.matrix)) towards \(entry.effect > 0 ? "maximum" : "minimum") (effect "
        + "\(number(entry.effect)))"
    }
    let leaning = bias.leaningCount
    return "Bias beyond chance and what larger extremes make: of \(bias.entries.count) matrices "
      + "\(told(findings.count, examples))\(leaning > findings.count ? "; \(leaning) lean beyond chance alone" : "")."
  }

  /// The sentence on row and column blocks that hold more than expected.
  public var enrichment: String {
    let enrichment = analysis.enrichment
    func examples(_ question: Enrichment.Question) -> String {
      let findings = enrichment.findings(question)
      return told(
        findings.count,
        findings.map { finding in
          let entry = enrichment.entries[finding.entry]
          let (answer, own) = (finding.answer, entry.blocks[finding.axis.rawValue][finding.block].verdicts.share)
          return "\(place(entry.layer, entry.matrix)) \(finding.axis) block \(finding.block)"
            + (entry.kind.map { " by \($0.rawValue)" } ?? "") + " (\(percent(own)) against \(percent(answer.expected)))"
        })
    }
    return
      "Stripes: of \(enrichment.testCount(.margins)) row and column blocks, more than the other axis gives them hold "
      + "\(examples(.margins)). That alone may be arithmetic. Beyond what most blocks follow by arithmetic stand "
      + "\(examples(.arithmetic)). Alone above all their like stand \(examples(.alone))."
  }

  /// Stripes of constants, and those of them that their control does not have.
  public var control: String {
    let control = analysis.control
    let findings = control.findings
    let examples = findings.map { finding in
      let entry = control.entries[finding.entry]
      return "\(place(entry.layer, entry.matrix)) \(finding.axis) block \(finding.block) by \(entry.kind.rawValue) "
        + "(\(percent(finding.contrast.first.share)) against \(percent(finding.contrast.second.share)))"
    }
    let tested = control.entries.reduce(0) { $0 + $1.blocks.joined().count { $0.regionCount > 0 } }
    return "Control: the same amount with random signs does less than the constant, region by region, in "
      + "\(control.directed.count) of \(control.entries.count) matrices and kinds, and in "
      + "\(told(findings.count, examples)) of \(tested) row and column blocks. What the control does as well is a "
      + "matter of amount."
  }

  /// The sentence on pairs of blocks that answer to opposite kinds.
  public var complementarity: String {
    let complementarity = analysis.complementarity
    let findings = complementarity.findings
    let examples = findings.map { pair in
      "\(place(pair.layer, pair.matrix)) \(pair.axis)s \(pair.first) and \(pair.second) (score \(number(pair.score)), "
        + "p \(pair.permutations.value == pair.probability ? pair.permutations.sign : "")\(number(pair.probability)))"
    }
    guard complementarity.testCount > 0 else {
      return "Complementarity: no matrix was screened whole by maximum and minimum with enough verdicts that differ."
    }
    return "Complementarity: pairs of blocks that are sensitive to opposite kinds, of the best of "
      + "\(complementarity.testCount) matrices and axes \(told(findings.count, examples))."
  }

  /// The sentence on regions that are sensitive on one task alone.
  public var specificity: String {
    let specificity = analysis.specificity
    let count = specificity.specific.reduce(0, +)
    let exclusive = specificity.entries.filter(\.isExclusive)
    return "Tasks: regions that are specific to one, of \(analysis.counts.regions.count), "
      + "\(told(count, specificity.findings.map(words))); silent on all others are "
      + "\(told(specificity.exclusive.reduce(0, +), exclusive.map(words))), by chance "
      + "\(number(specificity.exclusiveExpected.reduce(0, +))). \(specificity.alwaysSensitive) are sensitive on every "
      + "input, \(number(specificity.alwaysSensitiveExpected)) if inputs were independent."
  }

  private func words(_ entry: Specificity.Entry) -> String {
    let region = entry.region
    return "\(place(region.layer, region.matrix)) row \(region.rows.lowerBound) column \(region.columns.lowerBound) to "
      + "\(analysis.counts.tasks[entry.task]) (\(entry.onTask) of \(entry.onAll) non-silent verdicts)"
  }

  /// The sentence on how alike inputs are in what they are sensitive to.
  public var overlap: String {
    let pairs = analysis.overlap.pairs
    let shares = pairs.map(\.jaccard.share).filter { !$0.isNaN }.sorted()
    guard let least = shares.first, let most = shares.last else { return "Inputs: there are no two to compare." }
    let findings = analysis.overlap.adjusted.count { $0 <= FalseDiscoveryRate.level }
    return
      "Inputs: \(findings) of \(pairs.count) pairs share more non-silent mutations than by chance; Jaccard's "
      + "coefficient goes from \(number(least)) to \(number(most))."
  }

  // MARK: Words

  func told(_ count: Int, _ examples: [String]) -> String {
    guard count > 0 else { return "none" }
    let shown = examples.prefix(FindingSentences.exampleCount)
    return "\(count): " + shown.joined(separator: ", ") + (count > shown.count ? ", …" : "")
  }

  func place(_ layer: Int, _ matrix: WeightMatrix) -> String { "layer \(layer) \(matrix.rawValue)" }

  private func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

  func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
