import Drawing
import Foundation
import Statistics

/// What a pruning says in sentences: what the main importance removes and costs, and which controls that survives.
struct PruningFinding {
  private let results: PruningResults
  private var study: Pruning { results.study }

  init(_ results: PruningResults) { self.results = results }

  /// The finding of each site.
  func sentences(_ ground: StudyGround) -> [String] {
    let evaluation = study.forgetEvaluation + study.retainEvaluation
    let isHeldOut = ground.texts.overlaps(study.forget + study.retain, evaluation).isEmpty
    return results.prunings.map { effect($0) + areas($0, isHeldOut: isHeldOut) + others($0) }
  }

  // MARK: Chance

  /// The probability of an area as small as that of the main importance if it were one more draw of a control; no
  /// number where seeds do not differ.
  func chance(_ pruning: SitePruning, _ control: Int) -> Double {
    PruningFinding.chance(of: area(pruning), among: results.areas(pruning, control))
  }

  /// The probability that one more draw is as small as `value`, by Student's t.
  static func chance(of value: Double, among draws: [Double]) -> Double {
    let moments = SampleMoments(draws)
    let spread = (moments.variance * (1 + 1 / Double(moments.count))).squareRoot()
    guard spread > 0 else { return .nan }
    return TailProbability.student((moments.mean - value) / spread, degrees: moments.count - 1)
  }

  private func area(_ pruning: SitePruning) -> Double { results.curve(pruning.curves[study.main]).area }

  // MARK: Words

  private var forgotten: String { list(study.forgetEvaluation) }
  private var kept: String { list(study.retainEvaluation) }

  private func list(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  private func effect(_ pruning: SitePruning) -> String {
    let (before, after) = (results.unpruned, results.scores(pruning.comparedEdit))
    let percent = Numeral.plain(study.compared.percents)
    return "With the \(percent) % of the units of \(pruning.site.rawValue) at zero whose "
      + "\(study.importances[study.main].rawValue) for \(list(study.forget)) is highest over that for "
      + "\(list(study.retain)), first choices on \(forgotten) go from \(Numeral.share(before.forget.top1)) to "
      + "\(Numeral.share(after.forget.top1)), and on \(kept) from \(Numeral.share(before.retain.top1)) to "
      + "\(Numeral.share(after.retain.top1)). "
  }

  private func areas(_ pruning: SitePruning, isHeldOut: Bool) -> String {
    let area = area(pruning)
    guard area.isFinite else {
      return
        "There is no selectivity area: unpruned, no first choice on one of the texts is right, so nothing is claimed."
    }
    let controls = PruningControl.allCases.enumerated().map { number, control in
      "\(interval(results.areas(pruning, number))) for \(control.words)"
    }
    return "The selectivity area is \(Numeral.number(area)) (0: forgetting costs nothing, 1: both fall alike), against "
      + controls.joined(separator: ", ") + ". " + verdict(pruning, isHeldOut: isHeldOut)
  }

  /// The mean over seeds, and where one more draw would be with 95 %.
  private func interval(_ areas: [Double]) -> String {
    let moments = SampleMoments(areas)
    guard moments.count > 1 else { return Numeral.number(moments.mean) }
    let reach =
      TailProbability.studentQuantile(0.025, degrees: moments.count - 1)
      * (moments.variance * (1 + 1 / Double(moments.count))).squareRoot()
    return "\(Numeral.number(moments.mean)) (\(Numeral.number(moments.mean - reach)) to "
      + "\(Numeral.number(moments.mean + reach)))"
  }

  /// Whether the area is below that of every control beyond the spread over seeds. Each site makes a sentence, and so
  /// the level is shared among them.
  private func verdict(_ pruning: SitePruning, isHeldOut: Bool) -> String {
    guard isHeldOut else {
      return "Units were chosen on rows that are scored, so nothing is claimed for others; name held-out texts with "
        + "forget_evaluation and retain_evaluation."
    }
    guard study.seeds.count > 1 else { return "A single seed cannot tell whether that is more than chance." }
    let chances = PruningControl.allCases.indices.map { control -> Double in
      let chance = chance(pruning, control)
      return chance.isNaN ? 1 : min(1, chance * Double(study.sites.count))
    }
    let corrected = study.sites.count > 1 ? ", corrected for \(study.sites.count) sites" : ""
    let failed = zip(PruningControl.allCases, chances).filter { $0.1 > 0.05 }
    guard failed.isEmpty else {
      let list = failed.map { "\($0.words) (p = \(Numeral.chance($1)))" }.joined(separator: ", nor ")
      return "That this is selective does not survive comparison with \(list); one more draw of "
        + "\(study.seeds.count)\(corrected)."
    }
    return "Over all percents this is selective beyond all three controls (greatest p = "
      + "\(Numeral.chance(chances.max() ?? 1)), one more draw of \(study.seeds.count)\(corrected))."
  }

  /// What matched units do, and what becomes of the area step by step.
  private func others(_ pruning: SitePruning) -> String {
    let matched = results.scores(pruning.matchedEdit)
    let one =
      " As many units matched one by one in magnitude leave \(Numeral.share(matched.forget.top1)) and "
      + "\(Numeral.share(matched.retain.top1))."
    guard study.isIterative, let last = study.steps.last, let end = pruning.iterated.last else { return one }
    let scores = results.scores(end)
    return one + " Scored anew before each of \(Numeral.items(study.steps.count, "step")) up to "
      + "\(Numeral.plain(last.percents)) %, pruning leaves \(Numeral.share(scores.forget.top1)) and "
      + "\(Numeral.share(scores.retain.top1)) (area \(Numeral.number(results.curve(pruning.iterated).area)))."
  }
}
