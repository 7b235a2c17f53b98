import Drawing
import Foundation
import LinearAlgebra
import Statistics

/// What a localizer says in sentences: how many units answer, what they cost, and what they predict; each beside what
/// chance and the controls make of it.
struct LocalizerFinding {
  /// A sentence, and whether it claims an effect.
  struct Statement: Equatable, Sendable {
    /// What is said.
    let text: String
    /// Whether something beyond chance is claimed.
    let isFinding: Bool
  }

  let study: Localizer
  let found: LocalizerResults

  init(_ study: Localizer, _ found: LocalizerResults) {
    self.study = study
    self.found = found
  }

  /// The sentences.
  var sentences: [String] { statements.map(\.text) }

  /// All that is said, in the order of the study.
  var statements: [Statement] {
    found.choices.map(contrastStatement)
      + found.choices.flatMap { choice in AnswerMode.allCases.indices.map { lesionStatement(choice, mode: $0) } }
      + [found.responses.map(responseStatement), found.reading.map(readingStatement)].compactMap { $0 }
  }

  // MARK: Chance

  /// The permutation tests whose outcomes are claimed: one for each site, for responses and for reading times. Where
  /// nothing is to be found, a study claims something in about one of a hundred cases.
  private var testCount: Int {
    found.choices.count + (found.responses == nil ? 0 : 1) + (found.reading == nil ? 0 : 1)
  }

  /// Why a test does not stand.
  func failure(_ probability: PermutationProbability) -> String {
    let level = "chance at \(Numeral.share(FalseDiscoveryRate.level))"
    return probability.isLeast ? "so few draws cannot tell it from \(level)" : "not beyond \(level)"
  }

  /// Whether a test stands after correction for all.
  func stands(_ probability: PermutationProbability) -> Bool {
    probability.value * Double(testCount) <= FalseDiscoveryRate.level
  }

  /// The probability and the corrected one in words.
  func words(_ probability: PermutationProbability) -> String {
    let corrected = min(1, probability.value * Double(testCount))
    return "p \(probability.isLeast ? "≤" : "=") \(Numeral.chance(probability.value)) of "
      + "\(Numeral.count(probability.drawCount)) draws, corrected for \(Numeral.items(testCount, "test")) "
      + Numeral.chance(corrected)
  }

  // MARK: Contrasts

  private var pair: (String, String) { (study.contrastTexts[0].name, study.contrastTexts[1].name) }

  private func contrastStatement(_ choice: LocalizerResults.Choice) -> Statement {
    guard let site = found.contrast(choice.site) else { preconditionFailure("the contrast of a site") }
    let counts = AnswerMode.allCases.map { site.contrast(study.pooling, $0).discoveries }
    let greatest = site.contrast(study.pooling, .signed).t.max() ?? 0
    let text =
      "At \(choice.site.rawValue) \(Numeral.count(counts[0])) of \(Numeral.count(site.grid.count)) units tell "
      + "\(pair.0) from \(pair.1) by \(study.pooling.meaning) and \(Numeral.count(counts[1])) by its magnitude "
      + "(Welch's t, the greatest \(Numeral.number(greatest)); false discovery rate "
      + "\(Numeral.share(UnitContrast.rate)))"
    guard stands(choice.chance) else {
      return Statement(
        text: text + "; with labels dealt anew as many do so with \(words(choice.chance)) (\(failure(choice.chance))).",
        isFinding: false)
    }
    return Statement(
      text: text + "; with labels dealt anew as many do so with \(words(choice.chance))."
        + untrainedWords(site, counts),
      isFinding: true)
  }

  private func untrainedWords(_ site: LocalizerResults.SiteContrast, _ counts: [Int]) -> String {
    guard let control = found.contrast(site.site, untrained: true) else { return "" }
    let others = AnswerMode.allCases.map { control.contrast(study.pooling, $0).discoveries }
    let survives = others[0] < counts[0] && others[1] < counts[1]
    return " Of a host with random weights \(Numeral.count(others[0])) and \(Numeral.count(others[1])) do so"
      + (survives ? "." : ": the number does not survive that control, and need not come from training.")
  }

  // MARK: Lesions

  private func lesionStatement(_ choice: LocalizerResults.Choice, mode: Int) -> Statement {
    let lesions = choice.lesions[mode]
    let count = choice.sets[mode].sets[0].count
    let costs = study.evaluation.enumerated().map { text, name in
      let (random, matched) = (lesions.againstRandom(text), lesions.againstMatched(text))
      let unit = text == 0 ? " nats" : ""
      return "\(nats(random.rise))\(unit) on \(name.name) (units of like magnitude \(nats(matched.mean)), random ones "
        + "\(nats(random.mean)))"
    }
    let text =
      "Zeroing the \(Numeral.items(count, "unit")) of \(choice.site.rawValue) with the greatest t of "
      + "\(AnswerMode.allCases[mode].meaning) changes cross-entropy by \(costs.joined(separator: ", ")); "
    guard stands(choice.chance) else {
      return Statement(
        text: text + "as chance may have made them, nothing follows for what answers to \(pair.0).", isFinding: false
      )
    }
    let (verdict, isFinding) = verdict(lesions)
    return Statement(text: text + verdict, isFinding: isFinding)
  }

  private var lesionTests: Int { study.sites.count * AnswerMode.allCases.count * study.evaluation.count }

  /// The probability, corrected for all tests; not a number where the sets of a control could tell nothing.
  private func corrected(_ comparison: Lesions.Comparison) -> Double {
    comparison.probability.isNaN ? .nan : min(1, comparison.probability * Double(lesionTests))
  }

  /// On which texts the units cost more than their controls.
  private func verdict(_ lesions: Lesions) -> (String, Bool) {
    let texts = study.evaluation.indices
    let correction = "corrected for \(Numeral.items(lesionTests, "test"))"
    func exceeding(_ control: (Int) -> Lesions.Comparison) -> [Int] {
      texts.filter { control($0).exceedsAll && corrected(control($0)) <= FalseDiscoveryRate.level }
    }
    let (random, matched) = (exceeding(lesions.againstRandom), exceeding(lesions.againstMatched))
    guard !random.isEmpty else { return (withoutRise(lesions, correction), false) }
    let both = random.filter(matched.contains)
    func name(_ places: [Int]) -> String { places.map { study.evaluation[$0].name }.joined(separator: ", ") }
    func chance(_ places: [Int], _ control: (Int) -> Lesions.Comparison) -> String {
      "p = " + Numeral.chance(places.map { corrected(control($0)) }.filter { !$0.isNaN }.max() ?? .nan)
    }
    guard both.isEmpty else {
      return (
        "on \(name(both)) that is more than random units cost (\(chance(both, lesions.againstRandom)), \(correction)), "
          + "and it survives the control of like magnitude (\(chance(both, lesions.againstMatched))).", true
      )
    }
    let isTested = random.contains { !lesions.againstMatched($0).probability.isNaN }
    return (
      "on \(name(random)) that is more than random units cost (\(chance(random, lesions.againstRandom)), \(correction))"
        + (isTested
          ? ", but it does not survive the control of like magnitude (\(chance(random, lesions.againstMatched)))."
          : ", but there are no sets of like magnitude that could tell whether it is more than these cost."),
      true
    )
  }

  /// Why units are not found to cost more than random ones on any text.
  private func withoutRise(_ lesions: Lesions, _ correction: String) -> String {
    let sets = study.seeds.count
    guard sets > 1 else { return "a single control set cannot tell whether that is more than others cost." }
    let known = study.evaluation.indices.map { corrected(lesions.againstRandom($0)) }.filter { !$0.isNaN }
    guard let least = known.min() else {
      return "too few other units are left for control sets that could tell whether that is more than others cost."
    }
    return "on no text is that more than random units cost (\(sets) sets, \(leastWords(least)), \(correction))."
  }

  private func leastWords(_ probability: Double) -> String {
    probability < 1 ? "p = \(Numeral.chance(probability)) or more" : "p = 1"
  }

  /// A change of cross-entropy, with its sign unless it rounds to nothing.
  private func nats(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let digits = String(format: "%.3f", value)
    return digits == "-0.000" ? "0.000" : digits.replacing("-", with: "−")
  }
}
