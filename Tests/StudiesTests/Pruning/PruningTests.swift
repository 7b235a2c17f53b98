import Archive
import Configuration
import Foundation
import Perturbations
import Studies
import Testing
import TestSupport
import Transformer

/// The whole study on a small model in which it is known which unit knows what.
struct PruningTests {
  static let keys =
    "forget: [one], retain: [two], forget_evaluation: [more_one], retain_evaluation: [more_two], sites: [mlp_pre_out]"

  static func configuration(_ section: String) throws -> StudyConfiguration {
    let text = """
      model: none
      texts: {one: a, two: b, more_one: c, more_two: d}
      studies:
        pruning: {\(section)}
      """
    return try StudyConfiguration(bytes: Array(text.utf8), path: "pruning.yaml")
  }

  static func study(_ more: String) throws -> any Study {
    try #require(try configuration(keys + ", " + more).studies.first)
  }

  private func findings(
    _ more: String, texts: StudyTexts = PlantedModel.circles, masks: [UnitMask] = []
  ) throws -> StudyFindings {
    let pass = ForwardPass(model: try PlantedModel.load().masked(by: masks), positionCount: 64)
    return try Self.study(more).findings(on: StudyGround(pass, texts: texts))
  }

  private func flagged(_ column: String, _ found: StudyFindings) -> [Int] {
    guard case .truths(let values)? = found.units.first(where: { $0.name == column })?.values else { return [] }
    return values.indices.filter { values[$0] }
  }

  // MARK: What is planted

  @Test func unitsThatOnlyOneTextUsesAreFound() throws {
    // A fifth of 48 units are ten.
    let found = try findings("percents: [10, 21, 60, 100], compared_percent: 21, seeds: 6, apply: pruned.json")
    let reader = GroupReader(group: found.group, path: "here")
    // A unit that answers to a token is above 0 less often than one that answers to any.
    for importance in ["abs", "sqrt", "std", "rms"] {
      #expect(flagged("pruning_selected_\(importance)", found) == PlantedModel.first)
    }
    #expect(
      found.masks == [
        .init(
          file: "pruned.json", site: .mlpHidden, grid: UnitGrid(layerCount: 2, width: 24), units: PlantedModel.first)
      ])
    // Nothing says which token a row begins with.
    #expect(try reader.numbers("compared_forget_top1", "site") == [0])
    #expect(try reader.numbers("compared_retain_top1", "site") == [0.95])
    #expect(try reader.coordinates("percent") == [0, 10, 21, 60, 100])
    #expect(try reader.counts("units_pruned", "site", "percent") == [0, 5, 10, 29, 48])
    let forget = try reader.numbers("forget_top1", "site", "importance", "percent")
    let retain = try reader.numbers("retain_top1", "site", "importance", "percent")
    #expect(forget[0] == 0.95 && Array(forget[2..<5]) == [0, 0, 0] && Array(retain[0..<3]) == [0.95, 0.95, 0.95])
    #expect(try reader.numbers("area", "site", "importance").prefix(4).allSatisfy { abs($0) < 1e-12 })
    let sentence = found.group.findings[0]
    #expect(
      sentence.contains("on more_one go from 95.0 % to 0.0 %, and on more_two from 95.0 % to 95.0 %")
        && sentence.contains("selective beyond all three controls"), "\(sentence)")
    let page = try Pruning.exhibit(reader)
    #expect(page.figures.count == 2 && page.tables[0].rows.count == 8)
  }

  /// A draw of a control and its area, by hand.
  @Test func areasAreThoseOfTheCurves() throws {
    let reader = GroupReader(group: try findings("percents: [10, 50], seeds: [4]").group, path: "here")
    let forget = try reader.numbers("control_forget_top1", "site", "control", "seed", "percent")
    let retain = try reader.numbers("control_retain_top1", "site", "control", "seed", "percent")
    let areas = try reader.numbers("control_area", "site", "control", "seed")
    for control in 0..<3 {
      let (x, y) = (
        retain[3 * control..<3 * control + 3].map { $0 / 0.95 }, forget[3 * control..<3 * control + 3].map { $0 / 0.95 }
      )
      #expect(x[0] == 1 && y[0] == 1)
      let area = (x[0] - x[1]) * (y[0] + y[1]) + (x[1] - x[2]) * (y[1] + y[2]) + x[2] * y[2]
      #expect(abs(areas[control] - area) < 1e-12)
    }
    #expect(try reader.numbers("control_p", "site", "control").allSatisfy(\.isNaN))
    #expect(reader.findings[0].contains("A single seed cannot tell"))
  }

  @Test func stepsEndAtTheSameUnits() throws {
    let found = try findings("percents: [21], seeds: 1, iterative: true, step: 7, until: 21.5")
    let reader = GroupReader(group: found.group, path: "here")
    #expect(try reader.coordinates("step") == [0, 7, 14, 21])
    guard case .counts(let steps)? = found.units.first(where: { $0.name == "pruning_step" })?.values else {
      Issue.record("no steps")
      return
    }
    // 3.36, 6.72 and 10.08 units: three, four and three.
    #expect((1...3).map { step in steps.count { $0 == step } } == [3, 4, 3])
    #expect(steps.indices.filter { steps[$0] > 0 } == PlantedModel.first)
    #expect(try reader.numbers("iterated_forget_top1", "site", "step").last == 0)
    #expect(abs(try reader.numbers("iterated_area", "site")[0]) < 1e-12)
  }

  @Test func quirksAreThoseOfThePapersCode() throws {
    func scores(_ name: String, quirks: Bool) throws -> [Double] {
      let found = try findings("percents: [21], compared_percent: 5.2, seeds: 1, quirks: \(quirks)")
      // 2.496 units, 2 either way; and with 5.3 percent 2.544.
      #expect(flagged("pruning_selected_abs", found).count == 2)
      guard case .numbers(let values)? = found.units.first(where: { $0.name == name })?.values else { return [] }
      return values
    }
    let rounded = try findings("compared_percent: 5.3, seeds: 1")
    let cut = try findings("compared_percent: 5.3, seeds: 1, quirks: true")
    #expect(flagged("pruning_selected_abs", rounded).count == 3 && flagged("pruning_selected_abs", cut).count == 2)
    // 21 positions of each of five rows, the begin token's too.
    let texts = PlantedModel.circles
    let ground = StudyGround(ForwardPass(model: try PlantedModel.load(), positionCount: 64), texts: texts)
    let found = try ground.statistics(
      ["one", "two"].map { StatisticsRequest([.mlpHidden], of: texts[$0].rows) }, from: 0
    ).compactMap { $0[.mlpHidden] }
    #expect(found.map(\.count) == [105, 105])
    let variances = found.map { $0.values(.std).map { $0 * $0 * 105 / 104 } }
    let roots = zip(found, variances).map { zip($0.values(.mean), $1).map { ($0 * $0 + $1 * $1).squareRoot() } }
    for (name, values) in [("pruning_score_std", variances), ("pruning_score_rms", roots)] {
      let own = try scores(name, quirks: true)
      #expect(own.indices.allSatisfy { abs(own[$0] - values[0][$0] / (values[1][$0] + 1e-3)) <= 1e-9 * own[$0] })
      #expect(try scores(name, quirks: false) != own)
    }
  }

  // MARK: Masks

  @Test func aMaskOfNoUnitChangesNoBit() throws {
    let grid = UnitGrid(layerCount: 2, width: 24)
    let digest = String(repeating: "0", count: 64)
    let ones = UnitMask(modelSHA256: digest, site: .mlpHidden, grid: grid, flat: [])
    let plain = try findings("percents: [21], seeds: 2")
    let masked = try findings("percents: [21], seeds: 2", masks: [ones])
    #expect(plain.group == masked.group && plain.units == masked.units)
    // Units that are zero before anything is done are those that pruning makes so.
    let zeros = UnitMask(modelSHA256: digest, site: .mlpHidden, grid: grid, flat: PlantedModel.first)
    let pruned = GroupReader(
      group: try findings("percents: [21], seeds: 2", masks: [zeros]).group, path: "here")
    let reader = GroupReader(group: plain.group, path: "here")
    for name in ["forget_cross_entropy", "retain_cross_entropy"] {
      let before = try pruned.numbers(name, "site", "importance", "percent")[0]
      // Percents are 0 and 21.
      #expect(before == (try reader.numbers(name, "site", "importance", "percent")[1]))
    }
  }

  // MARK: Noise and refusals

  @Test func textsOfOneSourceHaveNoFinding() throws {
    let pass = ForwardPass(model: try PlantedModel.load(), positionCount: 64)
    let study = try Self.study("importance: abs, percents: [10, 20, 40, 70], seeds: 3")
    var count = 0
    for seed in 0..<100 {
      var numbers = SeededNumbers(seed: UInt64(seed))
      let texts = StudyTexts(
        ["one", "two", "more_one", "more_two"].map {
          TextSet(name: $0, rows: PlantedModel.mixture(4, &numbers))
        })
      let sentence = try study.findings(on: StudyGround(pass, texts: texts)).group.findings[0]
      #expect(sentence.contains("does not survive") || sentence.contains("beyond all three"), "\(sentence)")
      count += sentence.contains("beyond all three") ? 1 : 0
    }
    #expect(count <= 5)
  }

  @Test func whatIsNotHeldOutIsNoFinding() throws {
    let study = try #require(
      try Self.configuration("forget: one, retain: two, sites: [mlp_pre_out], percents: [21], seeds: 3").studies.first)
    let ground = StudyGround(
      ForwardPass(model: try PlantedModel.load(), positionCount: 64), texts: PlantedModel.circles)
    let group = try study.findings(on: ground).group
    #expect(group.findings[0].contains("nothing is claimed for others") && !group.findings[0].contains("beyond all"))
    #expect(group.comment.contains("5 rows of 'one' are in 'one', so that"))
  }

  @Test(arguments: [
    ("forget: one", "pruning.yaml: line 4: studies.pruning.retain is missing; add 'retain: one' here"),
    (
      "forget: one, retain: [two, one]",
      "pruning.yaml: line 4: studies.pruning.retain: 'one' is to be forgotten as well; a text is either to go or "
        + "to stay"
    ),
    (
      "forget: one, retain: two, retain_evaluation: one",
      "pruning.yaml: line 4: studies.pruning.retain_evaluation: 'one' is to be forgotten as well; a text is either to "
        + "go or to stay"
    ),
    (
      "forget: one, retain: two, apply: pruned.json",
      "pruning.yaml: line 4: studies.pruning.apply: a mask is of the units of one site, and 2 are pruned; add 'sites: "
        + "[mlp_pre_out]'"
    ),
    (
      "forget: one, retain: two, sites: [mlp_pre_out], apply: ../pruned.json",
      "pruning.yaml: line 4: studies.pruning.apply: '../pruned.json' is not the name of a file beside the results; use "
        + "a name such as pruned.json"
    ),
    (
      "forget: one, retain: two, iterative: true, step: 0",
      "pruning.yaml: line 4: studies.pruning.step: there is no step of 0 up to 30 percent, or there are more than "
        + "10,000; use such as 'step: 2' and 'until: 30'"
    ),
    (
      "forget: one, retain: two, percents: [5, 2]",
      "pruning.yaml: line 4: studies.pruning.percents: the numbers do not ascend; use an ascending list of percents "
        + "such as [0, 1, 5, 10]"
    ),
  ])
  func whatCannotBeDoneIsRefused(section: String, sentence: String) {
    #expect { _ = try Self.configuration(section) } throws: { "\($0)" == sentence }
  }
}
