import Drawing
import Foundation
import LinearAlgebra
import Perturbations
import Statistics

extension Comparison {
  /// What was compared, in sentences.
  public var preamble: [String] {
    [words(of: first, "A"), words(of: second, "B")] + [mutationWords, inputWords] + cautions
  }

  /// What was found, in sentences: the effect first, then the null and the probability.
  public var sentences: [String] {
    [overall] + mapSentences + changeSentences + divergenceSentences + (agreement.map(agreementSentences) ?? [])
  }

  // MARK: What was compared

  private func words(of file: ComparedFile, _ letter: String) -> String {
    let own = file.provenance
    let outer =
      file.outerCount > 0
      ? " \(Numeral.items(file.outerCount, "mutation")) of the embedding or of the head are left out." : ""
    return "\(letter) is \(file.name): \(own.modelName), \(Numeral.items(file.mutationCount, "mutation")) on "
      + "\(Numeral.items(file.inputCount, "input")), \(Numeral.items(file.stepCount, "step")).\(outer)"
  }

  private var mutationWords: String {
    var words =
      "Compared are \(Numeral.items(mutations.count, "mutation")) of "
      + "\(Numeral.items(correlation.regionCount, "region")) by "
      + mutations.kinds.map(\.rawValue).joined(separator: ", ")
    if mutations.onlyFirst + mutations.onlySecond > 0 {
      words +=
        "; \(Numeral.count(mutations.onlyFirst)) of A and \(Numeral.count(mutations.onlySecond)) of B are not in the "
        + "other screen or cannot be compared"
    }
    return words + "."
  }

  private var inputWords: String {
    let (used, counts) = (inputs.used, inputs.counts)
    switch inputs.basis {
    case .inputs:
      let left = (counts.first - used.first, counts.second - used.second)
      let rest = left.0 + left.1 > 0 ? "; \(left.0) of A and \(left.1) of B are left out" : ""
      return
        "\(Numeral.items(used.first, "input")) \(used.first == 1 ? "is" : "are") the same in both, and compared one "
        + "by one\(rest)."
    case .tasks:
      let left = (counts.first - used.first, counts.second - used.second)
      let rest = left.0 + left.1 > 0 ? "; \(left.0) of A and \(left.1) of B are of other tasks and left out" : ""
      return "The inputs differ (\(Numeral.count(inputs.sharedCount)) are the same), and are compared by their "
        + "\(Numeral.items(inputs.strata.count, "task")): \(used.first) of A with \(used.second) of B\(rest)."
    case .none:
      return
        "The inputs are others and of other tasks: what differs between the screens may be the tasks, and verdicts "
        + "are compared by region alone."
    }
  }

  private var cautions: [String] {
    var words: [String] = []
    if first.stepCount != second.stepCount {
      words.append(
        "Continuations of A have \(Numeral.items(first.stepCount, "step")) and those of B "
          + "\(Numeral.count(second.stepCount)): longer ones change more often.")
    }
    if !mutations.reordered.isEmpty {
      words.append(
        "Matrices q and k are left out: A has their rows in the order \(first.provenance.rowOrder) and B in the order "
          + "\(second.provenance.rowOrder), so that the same numbers name other rows.")
    }
    if !mutations.otherNumbers.isEmpty {
      words.append(
        "Mutations by \(mutations.otherNumbers.map(\.rawValue).joined(separator: ", ")) are left out: A and B give the "
          + "kind other numbers.")
    }
    return words
  }

  // MARK: Severity

  private var overall: String {
    let all = severities[0]
    let interval =
      all.interval.low.isNaN
      ? "no interval on a single input"
      : "95 % from \(Comparison.points(all.interval.low)) to \(Comparison.points(all.interval.high)), by inputs"
    return "\(Comparison.points(all.difference)): \(Numeral.share(all.first)) of the verdicts of A are non-silent and "
      + "\(Numeral.share(all.second)) of those of B (\(interval))."
  }

  /// A difference of shares in percentage points, with its sign.
  public static func points(_ difference: Double) -> String {
    guard difference.isFinite else { return "–" }
    let number = Numeral.number(100 * difference)
    return (difference > 0 ? "+" : "") + number + " points"
  }

  // MARK: Maps

  private var mapSentences: [String] {
    let own = correlation
    guard own.found.overall.isFinite else {
      return ["Whether the maps agree cannot be said: the regions of a screen are all as severe."]
    }
    let matrices =
      own.nullMeans.overall.isFinite
      ? ", of which matrices and layers alone make \(Numeral.number(own.nullMeans.overall))" : ""
    let whole =
      "Spearman's correlation of the severities of \(Numeral.items(own.regionCount, "region")) in A and B is "
      + "\(Numeral.number(own.found.overall))\(matrices) (Pearson's is \(Numeral.number(own.pearson)))."
    guard own.found.within.isFinite else {
      return [whole, "Within matrix and layer there are too few regions of the same kinds to say whether maps agree."]
    }
    let within =
      "Within each matrix of each layer it is \(Numeral.number(own.found.within)), where severities permuted there "
      + "give \(Numeral.number(own.nullMeans.within)) ± \(Numeral.number(own.nullDeviations.within)) "
      + "(\(Sentence.probability(own.withinProbability)))."
    return [whole, within, reliability]
  }

  /// The probability by chance at which maps are said to agree.
  private static let leastEvidence = 0.05

  private var reliability: String {
    let (one, other) = (correlation.firstReliability.within, correlation.secondReliability.within)
    guard one.isFinite, other.isFinite else {
      return "How much of what is missing to 1 is noise of inputs cannot be said with so few of them."
    }
    let halves =
      "By one half of the inputs against the other, severities within matrix and layer are reliable to "
      + "\(Numeral.number(one)) in A and \(Numeral.number(other)) in B (Spearman and Brown), so that noise of inputs "
      + "alone would leave a correlation of \(Numeral.number(correlation.ceiling.within))"
    // Where no agreement shows, a quotient of small numbers would look like some.
    guard correlation.corrected.within.isFinite, correlation.withinProbability.value <= Comparison.leastEvidence else {
      return halves + "; there is too little agreement to correct for that."
    }
    return halves + "; corrected for it the correlation is \(Numeral.number(correlation.corrected.within)), where 1 is "
      + "no difference but noise."
  }

  // MARK: Regions

  private var changeSentences: [String] {
    let all = changes.testCount
    guard all > 0 else {
      return [
        "No region can be tested for a change: in none do verdicts differ on enough inputs. The smallest probability "
          + "that so many inputs give where nothing shifts is \(Numeral.chance(changes.leastProbability))."
      ]
    }
    let findings = changes.findings
    let null =
      inputs.basis == .inputs
      ? "exact exchange of A and B within each input" : "exact exchange of inputs between A and B"
    let more = findings.count { $0.excess > 0 }
    let split =
      findings.isEmpty ? "" : " (\(Numeral.count(more)) more severe in A, \(Numeral.count(findings.count - more)) in B)"
    return [
      "\(Sentence.of(findings.count, all, "region", are: "changed"))\(split) by more than the shift that regions of a "
        + "matrix and layer share (\(null), false discovery rate \(Numeral.share(FalseDiscoveryRate.level)))"
        + "\(Sentence.examples(findings.map(Comparison.words)))."
    ] + (Double(all) * changes.leastProbability > FalseDiscoveryRate.level ? [blindness] : [])
  }

  private var blindness: String {
    let needed = changes.fewestFindings
    let probability =
      "The smallest probability that so few inputs give where nothing shifts is "
      + Numeral.chance(changes.leastProbability)
    return needed > changes.testCount
      ? probability + ": no region could have been found, however it changed."
      : probability + ": a region that changed alone could not have been found, and it takes "
        + "\(Numeral.items(needed, "region")) that changed on every input."
  }

  /// A region that changed, with its effect.
  static func words(_ change: RegionChange) -> String {
    "\(place(change)) (\(Numeral.share(change.first)) in A, \(Numeral.share(change.second)) in B, "
      + "\(points(change.excess)) beyond the shift)"
  }

  private static func place(_ change: RegionChange) -> String {
    let region = change.region
    return "\(Sentence.place(region.layer, region.matrix)) row \(region.rows.lowerBound) column "
      + "\(region.columns.lowerBound)"
  }

  private var divergenceSentences: [String] {
    let all = changes.divergenceTestCount
    guard all > 0 else { return [] }
    let findings = changes.divergenceFindings
    let examples = findings.compactMap { change in
      change.divergence.map { own in
        "\(Comparison.place(change)) (\(Numeral.number(own.first)) nat in A, \(Numeral.number(own.second)) in B, "
          + "\(Numeral.number(exp(own.logRatio))) times beyond the shift)"
      }
    }
    let null =
      inputs.basis == .inputs
      ? "exact test of signs about the median of matrix, layer and input" : "Mann and Whitney's test over inputs"
    return [
      "In divergence \(Sentence.of(findings.count, all, "region", are: "changed")) by more than matrix and layer did "
        + "(\(null))\(Sentence.examples(examples))."
    ]
  }

  // MARK: Verdicts

  private func agreementSentences(_ own: VerdictAgreement) -> [String] {
    var words = [
      "\(Numeral.share(own.agreeing.share)) of \(Numeral.items(own.count, "verdict")) on the same mutation and input "
        + "agree, Cohen's κ \(Numeral.number(own.kappa)): \(Numeral.count(own.both)) are non-silent in both, "
        + "\(Numeral.count(own.onlyFirst)) in A alone, \(Numeral.count(own.onlySecond)) in B alone, "
        + "\(Numeral.count(own.neither)) in neither."
    ]
    if let texts = own.sameTexts, texts.total > 0 {
      let baselines = own.sameBaselines.map { "; unmutated, the models do on \($0.count) of \($0.total) inputs" } ?? ""
      words.append(
        "Where both are non-silent, mutants say the same in \(Numeral.share(texts.share)) of "
          + "\(Numeral.items(texts.total, "case"))\(baselines).")
    }
    return words
  }
}
