import Archive
import Basics
import Configuration
import Drawing
import Perturbations
import Transformer

/// The study of whether an ability can be removed and another one kept: units that matter more to a text to forget than
/// to a text to keep are set to zero (arXiv 2403.01267).
public struct Pruning: Study {
  public static let name = "pruning"
  public static let question = "Can one ability be removed by setting units to zero, and another one kept?"
  public static let source = "Pochinkov and Schoots 2024, arXiv 2403.01267"
  public static let keys = [
    StudyKey("forget", required: "[NAME]", "texts whose ability is to go; their statistics are taken"),
    StudyKey("retain", required: "[NAME]", "texts whose ability is to stay; their statistics are taken"),
    StudyKey(
      "forget_evaluation", usual: "[NAME]",
      "held-out texts like forget that are scored; without, those of forget, and nothing is claimed"),
    StudyKey("retain_evaluation", usual: "[NAME]", "held-out texts like retain that are scored; without, those of it"),
    StudyKey("sites", usual: "[mlp_pre_out, attn_pre_out]", "where units are pruned, each site for itself"),
    StudyKey(
      "importance", usual: "[abs, sqrt, std, rms, freq]",
      "what a unit's score is made of; controls and iteration go by abs, or by the first"),
    StudyKey(
      "percents", usual: "[\(usualPercents.map(String.init).joined(separator: ", "))]",
      "percents of the units of all layers together; 0 is put in front"),
    StudyKey("compared_percent", usual: "10", "the percent of which units are named and matched"),
    StudyKey("seeds", usual: "3", "how many seeds of the random controls, or a list of seeds"),
    StudyKey("iterative", usual: "false", "whether units are also pruned step by step, scored anew before each"),
    StudyKey("step", usual: "2", "percent of the units that a step prunes"),
    StudyKey("until", usual: "30", "percent of the units at which steps end"),
    StudyKey(
      "apply", usual: "pruned.json",
      "a file beside the results for the units at compared_percent, for `masks` of other runs; needs a single site"),
    StudyKey(
      "quirks", usual: "false",
      "as the paper's code: the begin token counts, std is the sample variance, rms the root of mean² + variance², and "
        + "shares are rounded down"),
  ]
  private static let usualPercents = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100]

  let forget: [String]
  let retain: [String]
  let forgetEvaluation: [String]
  let retainEvaluation: [String]
  let sites: [Site]
  let importances: [Importance]
  /// The shares of the units of the curves, ascending from 0.
  let percents: [Fraction]
  /// The share at which units are named and matched.
  let compared: Fraction
  let seeds: [Int]
  /// The share of all steps up to each, empty without iteration.
  let steps: [Fraction]
  /// The share of a single step.
  private let step: Fraction
  let hasQuirks: Bool
  private let maskFile: String?

  /// The number of the importance that controls and iteration go by.
  var main: Int { importances.firstIndex(of: .abs) ?? 0 }
  var isIterative: Bool { !steps.isEmpty }

  /// Reads the section.
  public init(_ section: StudySection) throws {
    forget = try section.texts("forget")
    retain = try section.texts("retain")
    forgetEvaluation = try section.texts("forget_evaluation", usual: forget)
    retainEvaluation = try section.texts("retain_evaluation", usual: retain)
    try Pruning.checkApart(section, "retain", retain, forget)
    try Pruning.checkApart(section, "retain_evaluation", retainEvaluation, forgetEvaluation)
    sites = try section.sites(usual: [.mlpHidden, .attentionOutput])
    importances = try section.choices("importance", usual: Importance.allCases)
    let none = Fraction(0, of: 100)
    let percents = try section.percents("percents", usual: Pruning.usualPercents)
    self.percents = (percents.first?.numerator == 0 ? [] : [none]) + percents
    compared = try section.fraction("compared_percent", parts: 100, usual: Fraction(10, of: 100))
    seeds = try section.seeds()
    hasQuirks = try section.flag("quirks", usual: false)
    step = try section.fraction("step", parts: 100, usual: Fraction(2, of: 100))
    let until = try section.fraction("until", parts: 100, usual: Fraction(30, of: 100))
    steps = try section.flag("iterative", usual: false) ? Pruning.steps(of: step, until: until, section) : []
    maskFile = try Pruning.maskFile(section, sites)
  }

  private static func checkApart(_ section: StudySection, _ key: String, _ names: [String], _ others: [String]) throws {
    guard let shared = names.first(where: others.contains) else { return }
    let problem = "\(shared.quoted) is to be forgotten as well; a text is either to go or to stay"
    throw section[key]?.refusal(problem) ?? .input(section.reader.file, line: section.reader.line, problem)
  }

  /// The multiples of a step up to a share of the whole.
  private static func steps(of step: Fraction, until: Fraction, _ section: StudySection) throws -> [Fraction] {
    let count =
      step.numerator > 0
      ? until.numerator * step.denominator / (step.numerator * until.denominator) : 0
    guard (1...10_000).contains(count) else {
      let problem =
        "there is no step of \(Numeral.plain(step.percents)) up to \(Numeral.plain(until.percents)) percent, or there "
        + "are more than 10,000"
      let value = section["step"] ?? section["until"] ?? section["iterative"]
      throw value?.refusal(problem + "; use such as 'step: 2' and 'until: 30'") ?? section.missing("step", example: "2")
    }
    return (1...count).map { Fraction(step.numerator * $0, of: step.denominator) }
  }

  private static func maskFile(_ section: StudySection, _ sites: [Site]) throws -> String? {
    guard let value = section["apply"] else { return nil }
    guard let name = value.text, name.hasSuffix(".json"), name.utf8.count < 200, !name.hasPrefix("."),
      !name.contains("/"), !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw value.mismatch("the name of a file beside the results", use: "a name such as pruned.json")
    }
    guard sites.count == 1 else {
      throw value.refusal(
        "a mask is of the units of one site, and \(sites.count) are pruned; add 'sites: [\(sites[0].rawValue)]'")
    }
    return name
  }

  /// The names of the files that it writes beside the results: that of the mask.
  public var outputs: [String] { maskFile.map { [$0] } ?? [] }

  // MARK: Shares

  /// So many of `total` units are a share: to the nearest, or downwards as the paper's code does.
  func count(_ share: Fraction, of total: Int) -> Int {
    hasQuirks ? share.numerator * total / share.denominator : share.share(of: total)
  }

  /// The units of the first so many steps; the paper's code rounds each step for itself.
  func count(_ share: Fraction, step number: Int, of total: Int) -> Int {
    hasQuirks ? number * count(step, of: total) : count(share, of: total)
  }

  /// The first position that statistics count.
  func firstPosition(_ ground: StudyGround) -> Int { hasQuirks ? 0 : ground.firstCounted }

  // MARK: Running

  /// Two passes for statistics, two for each step of each site, and one over the scored texts for each point.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    let units = try sites.reduce(0) { $0 + (try outline.grid($1).count) }
    let both = outline.pass(forget + retain)
    let curves = importances.count + PruningControl.allCases.count * seeds.count
    let points = sites.count * (curves * percents.count + steps.count + 2) + 1
    return StudyCost(
      operations: both * Double(1 + sites.count * max(0, steps.count - 1))
        + Double(points) * outline.pass(forgetEvaluation + retainEvaluation, readout: true),
      outputBytes: Double(points) * 32 + Double(units * (importances.count * 9 + 9)))
  }

  /// Scores units, prunes them step by step if that is asked, then scores all that is pruned.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let rows = [forget, retain].map { ground.texts[$0].rows }
    let found = try ground.statistics(rows.map { StatisticsRequest(sites, of: $0) }, from: firstPosition(ground))
    let grounds = try sites.map { site in
      let grid = try ground.grid(site)
      let none = UnitStatistics(grid)
      return try PrunedGround(self, site, grid, forget: found[0][site] ?? none, retain: found[1][site] ?? none)
    }
    let steps = try iterated(from: grounds, on: ground)
    var selections = PruningSelections()
    let prunings = sites.indices.map { SitePruning(self, sites[$0], grounds[$0], steps: steps[$0], &selections) }
    let scores = try ground.scores(
      under: selections.edits, of: ground.texts[forgetEvaluation + retainEvaluation], phase: "pruning units")
    let results = PruningResults(self, prunings, scores)
    return StudyFindings(results.group(ground), units: results.columns, masks: masks(prunings))
  }

  private func masks(_ prunings: [SitePruning]) -> [StudyFindings.Mask] {
    guard let maskFile else { return [] }
    return prunings.map { .init(file: maskFile, site: $0.site, grid: $0.grid, units: $0.selected[main]) }
  }
}

extension Fraction {
  /// The fraction in percent.
  var percents: Double { Double(100 * numerator) / Double(denominator) }
}
