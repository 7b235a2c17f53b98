import Basics
import Drawing
import Foundation
import LinearAlgebra
import Statistics

/// What the study says: how varied the model is, whether its samples fall into clusters and return to them, and what
/// another host changes. Each claim stands beside its null.
struct DiversitySentences {
  private let found: DiversityFindings
  /// The prompts as people write them.
  private let promptTexts: [String]

  /// Takes what was found.
  init(_ found: DiversityFindings, promptTexts: [String]) {
    self.found = found
    self.promptTexts = promptTexts
  }

  /// All sentences; of many prompts there is one for all of them.
  var all: [String] {
    guard found.prompts.count > Self.promptLimit else {
      return [openness, variety] + found.prompts.indices.map(clusters) + returns + changes
    }
    return [openness, manyVariety, manyClusters] + manyReturns + changes
  }

  private static let promptLimit = 6

  private var study: Diversity { found.study }
  private var level: Double { FalseDiscoveryRate.level }

  // MARK: The model alone

  private var openness: String {
    let texts = zip(study.texts, found.speeches[0].openness).map { name, text in
      "\(name) \(text.meanBits.short)\(text.interval.words) bits and \(text.effectiveVocabulary.short)"
        + "\(text.vocabularyInterval.words) tokens"
    }
    return "The next token has, in the mean, this entropy and effective vocabulary: \(texts.joined(separator: ", "))."
  }

  private var variety: String {
    let all = zip(found.prompts.indices, found.speeches[0].variety).map { prompt, variety in
      let shares = variety.distinct.map { Numeral.share($0) }.joined(separator: ", ")
      return
        "\(name(prompt)) self-BLEU \(variety.selfBLEU.short)\(variety.interval.words) and \(shares) different runs "
        + "of \(SampleVariety.lengths.map(\.description).joined(separator: ", ")) tokens"
    }
    return
      "\(study.samples) samples of \(Numeral.items(study.steps, "token")) have behind \(all.joined(separator: "; "))."
  }

  /// A prompt in quotes, or its number where it cannot be read.
  private func name(_ prompt: Int) -> String {
    let text = promptTexts[prompt].split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.isEmpty ? "prompt \(prompt)" : "“\(text.cut(40))”"
  }

  /// Whether a prompt's samples fall into clusters. The second null is asked only where the first one is not enough to
  /// explain the silhouette.
  private func clusters(_ prompt: Int) -> String {
    let silhouette = found.falls.silhouettes[prompt]
    let nulls = SampleSpace.Null.allCases
    let chances = nulls.map { found.falls.chances($0)[prompt] }
    let means = found.falls.draws[prompt].map { $0.mean }
    let (shuffled, normal) = (nulls.firstIndex(of: .shuffled) ?? 0, nulls.firstIndex(of: .normal) ?? 1)
    let start =
      "Behind \(name(prompt)) \(study.k) clusters of the samples' states have a silhouette of \(silhouette.short), "
    let first = "\(means[shuffled].short) where columns are dealt anew (\(words(chances[shuffled])))"
    guard chances[shuffled].value <= level else {
      return start
        + (found.falls.isBeyondAll(.shuffled, prompt: prompt)
          ? "which so few draws cannot tell from chance: \(first)."
          : "which does not survive the comparison with \(first).")
    }
    let second = "\(means[normal].short) of one normal lump of the same covariance (\(words(chances[normal])))"
    let largest = found.falls.clusters[prompt].shares.max() ?? 0
    let end = " The largest cluster has \(Numeral.share(largest)) of the samples."
    guard chances[normal].value > level else { return start + "more than \(first) and \(second)." + end }
    return start + "more than \(first), but "
      + (found.falls.isBeyondAll(.normal, prompt: prompt)
        ? "so few draws cannot tell it from \(second)."
        : "it does not survive \(second): states go together without being apart.") + end
  }

  private func words(_ chance: PermutationProbability) -> String {
    let prompts = found.prompts.count
    return "p \(chance.isLeast ? "≤" : "=") \(Numeral.chance(chance.value))"
      + (prompts > 1 ? ", corrected for \(prompts) prompts" : "")
  }

  private var returns: [String] {
    guard let attractors = found.attractors else { return [] }
    let count = attractors.testCount
    return found.prompts.indices.map { prompt in
      let own = attractors.returns[prompt]
      let parts = zip(study.positions, own).map { position, found in
        let p = min(1, Double(count) * found.chance.value)
        return "at token \(position) \(Numeral.share(found.rate)) against \(Numeral.share(found.exchangedRate)) "
          + "(p \(found.chance.isLeast ? "≤" : "=") \(Numeral.chance(p))"
          + (p <= level ? ")" : found.chance.isLeast ? ", too few draws to tell)" : ", which does not survive)")
      }
      return
        "Behind \(name(prompt)), \(Numeral.items(study.disturbed, "text")) whose token is replaced by choice "
        + "\(study.rank), continued \(study.repeats) times, end in the cluster that they came from as often as this, "
        + "against clusters dealt anew: \(parts.joined(separator: ", ")), corrected for "
        + "\(Numeral.items(count, "test")); the base rate is \(Numeral.share(own.first?.baseRate ?? .nan)). What "
        + "stands before the token stays, and may be what brings them back."
    }
  }

  // MARK: Many prompts

  private var manyVariety: String {
    let all = found.speeches[0].variety.map(\.selfBLEU)
    return
      "\(study.samples) samples of \(Numeral.items(study.steps, "token")) have a self-BLEU of \(all.mean.short) in "
      + "the mean over \(all.count) prompts, from \((all.min() ?? .nan).short) to \((all.max() ?? .nan).short)."
  }

  private var manyClusters: String {
    let both = Array(zip(found.falls.chances(.shuffled), found.falls.chances(.normal)))
    let apart = both.filter { $0.0.value <= level }
    let open = both.indices.count { prompt in
      let null = both[prompt].0.value > level ? SampleSpace.Null.shuffled : .normal
      let chance = null == .shuffled ? both[prompt].0 : both[prompt].1
      return chance.value > level && found.falls.isBeyondAll(null, prompt: prompt)
    }
    return "Behind \(apart.count) of \(found.prompts.count) prompts, \(study.k) clusters of the samples' states have a "
      + "larger silhouette than where columns are dealt anew, and behind \(apart.count { $0.1.value <= level }) of "
      + "these it survives normal lumps of the same covariance (p ≤ \(level), corrected for all prompts; the mean "
      + "silhouette is \(found.falls.silhouettes.mean.short))."
      + (open > 0 ? " Of \(Numeral.items(open, "prompt")) so few draws cannot tell." : "")
  }

  private var manyReturns: [String] {
    guard let attractors = found.attractors else { return [] }
    let parts = zip(study.positions.indices, study.positions).map { place, position in
      let own = attractors.returns.map { $0[place] }
      let beyond = own.count { Double(attractors.testCount) * $0.chance.value <= level }
      let open = own.count { $0.chance.isLeast && Double(attractors.testCount) * $0.chance.value > level }
      return "at token \(position) \(Numeral.share(own.map(\.rate).mean)) against "
        + "\(Numeral.share(own.map(\.exchangedRate).mean)) where clusters are dealt anew, beyond chance behind "
        + "\(beyond) of \(own.count) prompts" + (open > 0 ? " (behind \(open) too few draws tell)" : "")
    }
    return [
      "Texts whose token is replaced by choice \(study.rank) end in the cluster that they came from as often as this, "
        + "in the mean: \(parts.joined(separator: ", ")) (p ≤ \(level), corrected for "
        + "\(Numeral.items(attractors.testCount, "test"))). What stands before the token stays, and may be what brings "
        + "them back."
    ]
  }

  // MARK: Another host

  private var changes: [String] {
    guard let comparison = found.comparison, found.speeches.count > 1 else { return [] }
    let other = found.speeches[1].name
    let texts = zip(study.texts.indices, comparison.bits).map { text, change in
      let (before, after) = (found.speeches[0].openness[text], found.speeches[1].openness[text])
      return "\(study.texts[text]) \(before.meanBits.short) → \(after.meanBits.short) bits (\(verdict(change)), "
        + "\(Numeral.items(before.rows.count, "row")))"
    }
    return [
      "Entropy of the next token, original → \(other): \(texts.joined(separator: ", ")); signs of the rows' "
        + "differences flipped, corrected for \(Numeral.items(texts.count, "text")).",
      "Self-BLEU, original → \(other): \(selfBLEU(comparison.selfBLEU)); samples dealt anew to both hosts, corrected "
        + "for \(Numeral.items(found.prompts.count, "prompt")).",
    ]
  }

  private func selfBLEU(_ changes: [SpeechComparison.Change]) -> String {
    guard changes.count > Self.promptLimit else {
      return zip(found.prompts.indices, changes).map { prompt, change in
        let (before, after) = (found.speeches[0].variety[prompt], found.speeches[1].variety[prompt])
        return "behind \(name(prompt)) \(before.selfBLEU.short) → \(after.selfBLEU.short) (\(verdict(change)))"
      }.joined(separator: ", ")
    }
    let means = found.speeches.map { $0.variety.map(\.selfBLEU).mean.short }.joined(separator: " → ")
    let beyond = changes.filter(\.isFound)
    guard changes.contains(where: { $0.least <= level }) else { return "\(means) in the mean, too few draws to tell" }
    return
      "\(means) in the mean, beyond chance (p ≤ \(level)) greater behind \(beyond.count { $0.mean > 0 }) and smaller "
      + "behind \(beyond.count { $0.mean < 0 }) of \(changes.count) prompts"
  }

  private func verdict(_ change: SpeechComparison.Change) -> String {
    let size = "\(change.mean < 0 ? "" : "+")\(change.mean.short)\(change.interval.words)"
    guard change.least <= level else { return "\(size), too few to tell" }
    let p = "p \(change.probability <= change.least ? "≤" : "=") \(Numeral.chance(change.probability))"
    return change.isFound ? "\(size), \(p)" : "\(size), which does not survive, \(p)"
  }
}

extension Double {
  /// The number with three digits or so.
  fileprivate var short: String { Numeral.number(self) }
}

extension Interval {
  /// The interval in brackets with a space before it; empty where there is none.
  fileprivate var words: String {
    low.isFinite && high.isFinite ? " [\(Numeral.number(low)), \(Numeral.number(high))]" : ""
  }
}
