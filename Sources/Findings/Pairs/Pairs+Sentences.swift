import Drawing
import Foundation
import Perturbations
import Statistics

extension Pairs {
  /// The findings that a sentence of their own says, of each direction.
  private static let named = 3

  /// How many pairs are worse and better than independent, which ones, against which null, and what is left out.
  public func sentences(of screen: ScreenMaterial) -> [String] {
    let findings = entries.filter(\.isFinding)
    let worse = findings.filter { $0.effect > 0 }.prefix(Pairs.named)
    let better = findings.filter { $0.effect <= 0 }.prefix(Pairs.named)
    let rest =
      "Maps and analyses of regions are left out, because pairs and single mutations of this screen were chosen, and "
      + "no pair is of one place."
    return [summary] + (worse + better).map(sentence) + [null, rest]
  }

  private var summary: String {
    let all = Numeral.items(testCount, "pair")
    let left =
      testCount < pairCount
      ? " \(Numeral.items(pairCount - testCount, "pair")) with scores that are no numbers cannot be compared." : ""
    guard worseCount + betterCount > 0 else {
      var sentence = "None of \(all) is worse or better than its mutations are independently"
      if let first = entries.first {
        sentence +=
          ": the pair that stands out most has \(Numeral.number(first.factor)) times the divergence that is expected "
          + "(false discovery rate \(Numeral.chance(first.adjusted)))"
      }
      let blind =
        leastRate > FalseDiscoveryRate.level
        ? " A single pair could not have been found: on so few inputs its false discovery rate is "
          + "\(Numeral.chance(leastRate)) at least." : ""
      return sentence + "." + blind + left
    }
    return "\(Sentence.of(worseCount, testCount, "pair", are: "worse")) than independent (synthetic lethal) and "
      + "\(betterCount == 0 ? "none" : Numeral.count(betterCount)) better (suppressing), at a false discovery rate of "
      + "\(Numeral.share(FalseDiscoveryRate.level))." + left
  }

  private func sentence(_ entry: Entry) -> String {
    let sum = entry.divergence - entry.interaction
    return "\(Numeral.number(entry.factor)) times the divergence that is expected, in the geometric mean over inputs, "
      + "has the pair of "
      + "\(Pairs.words(entry.first)) and \(Pairs.words(entry.second)): \(Numeral.number(entry.divergence)) nat in the "
      + "mean, where both alone sum to \(Numeral.number(sum)) and mutations that do not interact would have "
      + "\(Numeral.number(entry.expected)) (\(entry.effect > 0 ? "synthetic lethal" : "suppressing"); "
      + "p = \(Numeral.chance(entry.probability)), false discovery rate \(Numeral.chance(entry.adjusted)))."
  }

  private var null: String {
    "Expected is what single divergences of that sum usually make together in this screen, where large ones saturate; "
      + "the null is that which pair of about the same expected divergence deviates how much is chance, on each input "
      + "anew (exact distribution of the sum of ranks)."
  }

  /// A mutation in words.
  static func words(_ mutation: Mutation) -> String {
    let region = mutation.region
    return "\(Sentence.place(region.layer, region.matrix)) \(span(region.rows)) × \(span(region.columns)) "
      + mutation.kind.rawValue
  }

  private static func span(_ elements: Range<Int>) -> String {
    elements.count == 1 ? "\(elements.lowerBound)" : "\(elements.lowerBound)…\(elements.upperBound - 1)"
  }
}
