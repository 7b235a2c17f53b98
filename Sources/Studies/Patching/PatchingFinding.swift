import Drawing
import Foundation

/// What paragraph patching says in sentences: how much the opening holds, and which control that does not survive.
package struct PatchingFinding {
  private let effects: [PatchingEffect]
  /// The number of opening tokens.
  private let count: Int
  /// The greatest difference of logits between the two routes; 0 where they were not compared.
  private let difference: Double
  private var texts: PatchingTexts?

  /// More than rounding makes of logits by either route.
  private static let mostDifference = 0.01

  init(_ study: Patching, _ scores: PatchingScores, _ texts: PatchingTexts?) {
    self.init(scores.effects, count: study.count, difference: scores.difference ?? 0)
    self.texts = texts
  }

  /// Judges the effects of tasks.
  package init(_ effects: [PatchingEffect], count: Int, difference: Double = 0) {
    self.effects = effects
    self.count = count
    self.difference = difference
  }

  /// A sentence for each task, one of what was written, and one where the two routes disagree.
  package var sentences: [String] { effects.map(sentence) + (texts?.sentences ?? []) + disagreement }

  private var disagreement: [String] {
    guard !(difference <= Self.mostDifference) else { return [] }
    return [
      "The two routes of the transplant, which have to agree, differ by up to \(Numeral.number(difference)) in a "
        + "logit, so that no loss behind a transplant can be relied on."
    ]
  }

  private func sentence(_ effect: PatchingEffect) -> String {
    let rows = (effect.task.isEmpty ? "" : "\(effect.task), ") + Numeral.items(effect.rowCount, "paragraph")
    guard effect.hasGap else { return withoutGap(effect, rows) }
    let opening = count == 1 ? "the token that opens" : "the \(count) tokens that open"
    let gap =
      "Between \(opening) a paragraph alone and the whole text before it there are \(nats(effect.gap.nats)) nats a "
      + "token (\(rows); \(nats(effect.losses.neutral.meanOfTokens)) and \(nats(effect.losses.full.meanOfTokens)), "
      + "sign flips \(chance(effect.gap.probability))); "
    let recovered = "the transplant recovers \(nats(effect.recovered.nats)) of them, "
    guard effect.isRecovered else {
      let verdict = effect.recovered.nats > 0 ? "which does not differ from none" : "which is no recovery"
      return gap + recovered + "\(verdict) (\(chance(effect.recovered, effect)))."
    }
    return gap + recovered + "\(Numeral.share(effect.share))\(interval(effect)), "
      + "\(chance(effect.recovered.probability)). " + own(effect) + parts(effect)
  }

  private func withoutGap(_ effect: PatchingEffect, _ rows: String) -> String {
    let few =
      effect.leastProbability > effect.level
      ? "; so few give no probability below \(Numeral.chance(effect.leastProbability))" : ""
    let isWorse = effect.gap.nats < 0 && effect.gap.probability <= effect.level
    return "The whole text before a paragraph is \(isWorse ? "worse" : "not beyond chance better") than its opening "
      + "alone (\(rows); \(nats(effect.gap.nats)) nats a token, \(chance(effect.gap, effect))\(few)), so that there is "
      + "nothing to recover."
  }

  // MARK: Controls

  /// Whether the recovery survives the control by another paragraph's activations.
  private func own(_ effect: PatchingEffect) -> String {
    guard let own = effect.own, let mismatched = effect.losses.mismatched else {
      return "It was not compared with another paragraph's activations, which may do the same."
    }
    let other = nats(effect.losses.neutral.meanOfTokens - mismatched.meanOfTokens)
    guard !effect.isOwn else {
      return "Another paragraph's activations recover \(other); the own ones are better by \(nats(own.nats)) "
        + "(\(chance(own.probability))), which survives this control: the opening holds which paragraph follows."
    }
    let verdict =
      own.nats > 0
      ? "that the own ones are better, by \(nats(own.nats)), is not beyond chance" : "the own ones are not better"
    return "Another paragraph's activations recover \(other); \(verdict) (\(chance(own, effect))): the recovery does "
      + "not survive this control, and nothing more is found in the opening than what kind of paragraph follows."
  }

  /// Where what is held sits: at which site, in which layer.
  private func parts(_ effect: PatchingEffect) -> String {
    var sites: [String] = []
    if let own = effect.losses.attentionOnly {
      sites.append("attention's activations alone recover \(Numeral.share(effect.share(of: own)))")
    }
    if let own = effect.losses.mlpOnly {
      sites.append("the MLP's alone \(Numeral.share(effect.share(of: own)))")
    }
    let fixed =
      effect.losses.attentionOnly != nil
      ? " (attention's at all layers fix the rest, as the tokens are the same)" : ""
    return (sites.isEmpty ? "" : " Of the gap \(sites.joined(separator: ", "))\(fixed).") + layer(effect)
  }

  private func layer(_ effect: PatchingEffect) -> String {
    guard let best = effect.bestLayer else {
      return effect.isOwn && !effect.layers.isEmpty ? " No layer alone recovers more than chance does." : ""
    }
    // That all layers together do what all do is nothing to tell.
    let upTo = effect.losses.upTo.dropLast().firstIndex { effect.share(of: $0) >= 0.9 * effect.share }
    return
      " Of single layers, layer \(best) recovers most, \(Numeral.share(effect.layers[best].nats / effect.gap.nats)) "
      + "(\(chance(effect.layers[best].probability)), corrected for \(Numeral.items(effect.layers.count, "layer")))"
      + (upTo.map { "; the layers up to \($0) together recover nine tenths of what all do." } ?? ".")
  }

  // MARK: Words

  private func interval(_ effect: PatchingEffect) -> String {
    guard effect.interval.low.isFinite else { return "" }
    return " (95 % of bootstrap draws of the paragraphs: \(Numeral.share(effect.interval.low)) to "
      + "\(Numeral.share(effect.interval.high)))"
  }

  private func nats(_ value: Double) -> String { String(format: "%.2f", value).replacing("-", with: "−") }

  private func chance(_ value: Double) -> String { "p = \(Numeral.chance(value))" }

  /// The probability of a gain that is no finding, with the level where it is below that of the whole study.
  private func chance(_ gain: PatchingEffect.Gain, _ effect: PatchingEffect) -> String {
    let isShared = gain.probability > effect.level && gain.probability <= PatchingEffect.level
    return chance(gain.probability) + (isShared ? ", above the \(Numeral.share(effect.level)) of each task" : "")
  }
}
