import Drawing
import Foundation

/// What paragraph patching says in sentences: how much the opening holds, and which control that does not survive.
struct PatchingFinding {
  private let effects: [PatchingEffect]
  private let count: Int
  private let texts: PatchingTexts?

  init(_ study: Patching, _ scores: PatchingScores, _ texts: PatchingTexts?) {
    effects = scores.effects
    count = study.count
    self.texts = texts
  }

  var sentences: [String] { effects.map(sentence) + (texts?.sentences ?? []) }

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
      return gap + recovered + "which does not differ from none (\(chance(effect.recovered.probability)))."
    }
    return gap + recovered + "\(Numeral.share(effect.share))\(interval(effect)), "
      + "\(chance(effect.recovered.probability)). " + own(effect) + parts(effect)
  }

  private func withoutGap(_ effect: PatchingEffect, _ rows: String) -> String {
    let few =
      effect.leastProbability > effect.level
      ? "; so few give no probability below \(Numeral.chance(effect.leastProbability))" : ""
    return "The whole text before a paragraph is not beyond chance better than its opening alone (\(rows); "
      + "\(nats(effect.gap.nats)) nats a token, \(chance(effect.gap.probability))\(few)), so that there is nothing to "
      + "recover."
  }

  // MARK: Controls

  /// Whether the recovery survives the control by another paragraph's activations.
  private func own(_ effect: PatchingEffect) -> String {
    guard let own = effect.own, let mismatched = effect.losses.mismatched else {
      return "It was not compared with another paragraph's activations, which may do the same."
    }
    let other = nats(effect.losses.neutral.meanOfTokens - mismatched.meanOfTokens)
    return effect.isOwn
      ? "Another paragraph's activations recover \(other); the own ones are better by \(nats(own.nats)) "
        + "(\(chance(own.probability))), which survives this control: the opening holds which paragraph follows."
      : "Another paragraph's activations recover \(other); that the own ones are better, by \(nats(own.nats)), is not "
        + "beyond chance (\(chance(own.probability))): the recovery does not survive this control, and what the "
        + "opening is found to hold is what kind of paragraph follows, not which."
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
    let upTo = effect.losses.upTo.firstIndex { effect.share(of: $0) >= 0.9 * effect.share }
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
}
