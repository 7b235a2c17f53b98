import Archive
import Drawing
import Perturbations
import Transformer

/// What came of a pruning: the scores of all that was pruned, and what is known of the units.
struct PruningResults {
  let study: Pruning
  let prunings: [SitePruning]
  /// The scores of both texts by the number of an edit.
  private let both: [(forget: PredictionScores, retain: PredictionScores)]

  /// Takes the scores of all edits, `[edit][text]`, those of the texts to forget first.
  init(_ study: Pruning, _ prunings: [SitePruning], _ scores: [[PredictionScores]]) {
    self.study = study
    self.prunings = prunings
    let count = study.forgetEvaluation.count
    both = scores.map { (.joined(Array($0.prefix(count))), .joined(Array($0.dropFirst(count)))) }
  }

  // MARK: Curves

  /// The scores of the unpruned model.
  var unpruned: (forget: PredictionScores, retain: PredictionScores) { both[0] }

  /// The scores of an edit.
  func scores(_ edit: Int) -> (forget: PredictionScores, retain: PredictionScores) { both[edit] }

  /// The curve of the edits of these numbers.
  func curve(_ edits: [Int]) -> PruningCurve {
    PruningCurve(forget: edits.map { both[$0].forget }, retain: edits.map { both[$0].retain })
  }

  /// The areas of a control at a site, by seed.
  func areas(_ pruning: SitePruning, _ control: Int) -> [Double] { pruning.controls[control].map { curve($0).area } }

  // MARK: The group

  private typealias Measure = (name: String, meaning: String, units: String, value: (Int) -> Double)

  private var measures: [Measure] {
    typealias Side = (name: String, words: String, scores: (Int) -> PredictionScores)
    let sides: [Side] = [
      ("forget", "the texts to forget", { both[$0].forget }), ("retain", "the texts to keep", { both[$0].retain }),
    ]
    return sides.flatMap { side -> [Measure] in
      [
        ("\(side.name)_top1", "share of first choices of \(side.words)", "1", { side.scores($0).top1 }),
        (
          "\(side.name)_cross_entropy", "mean of −ln p of the targets of \(side.words)", "nat",
          { side.scores($0).crossEntropy }
        ),
      ]
    }
  }

  private static let curveAxes = ["site", "importance", "percent"]
  private static let controlAxes = ["site", "control", "seed", "percent"]

  /// The columns of all curves: a value for each point, and an area for each curve.
  private var curves: [AnalysisGroup.Variable] {
    let parts: [(prefix: String, axes: [String], words: String, edits: [Int])] =
      [
        ("", Self.curveAxes, "", prunings.flatMap { $0.curves.joined() }),
        (
          "control_", Self.controlAxes, ", units of a control pruned",
          prunings.flatMap { $0.controls.flatMap { $0.joined() } }
        ),
        ("matched_", ["site"], ", units matched in magnitude pruned", prunings.map(\.matchedEdit)),
        (
          "compared_", ["site"], ", pruned at the compared percent by the main importance", prunings.map(\.comparedEdit)
        ),
      ]
      + (study.isIterative
        ? [("iterated_", ["site", "step"], ", pruned step by step", prunings.flatMap(\.iterated))] : [])
    return parts.flatMap { part in
      measures.map { measure in
        .init(
          part.prefix + measure.name, part.axes, measure.meaning + part.words, units: measure.units,
          .numbers(part.edits.map(measure.value)))
      }
    }
  }

  private var areas: [AnalysisGroup.Variable] {
    func area(_ prefix: String, _ axes: [String], _ words: String, _ edits: [[Int]]) -> AnalysisGroup.Variable {
      .init(
        "\(prefix)area", axes,
        "selectivity area\(words): 0 where forgetting costs nothing, 1 where both texts fall alike",
        .numbers(edits.map { curve($0).area }))
    }
    return [
      area("", ["site", "importance"], "", prunings.flatMap(\.curves)),
      area("control_", ["site", "control", "seed"], " of a control", prunings.flatMap { $0.controls.flatMap { $0 } }),
    ] + (study.isIterative ? [area("iterated_", ["site"], " of steps", prunings.map(\.iterated))] : [])
      + [
        .init(
          "control_p", ["site", "control"],
          "chance that a draw of the control has as small an area as the main importance, by Student's t over seeds",
          .numbers(
            prunings.flatMap { pruning in
              PruningControl.allCases.indices.map { PruningFinding(self).chance(pruning, $0) }
            })),
        .init(
          "units_pruned", ["site", "percent"], "units that are pruned",
          .counts(prunings.flatMap { pruning in study.percents.map { study.count($0, of: pruning.grid.count) } })),
      ]
  }

  func group(_ ground: StudyGround) -> AnalysisGroup {
    let steps: [AnalysisGroup.Dimension] =
      study.isIterative
      ? [.init("step", values: [0] + study.steps.map(\.percents))] : []
    return AnalysisGroup(
      name: Pruning.name, comment: comment(ground), findings: PruningFinding(self).sentences(ground),
      dimensions: [
        .init("site", labels: study.sites.map(\.rawValue)),
        .init("importance", labels: study.importances.map(\.rawValue)),
        .init("percent", values: study.percents.map(\.percents)),
        .init("control", labels: PruningControl.allCases.map(\.rawValue)),
        .init("seed", values: study.seeds.map(Double.init)),
      ] + steps, variables: curves + areas)
  }

  private func comment(_ ground: StudyGround) -> String {
    let main = study.importances[study.main].rawValue
    return "The score of a unit is its importance for \(study.forget.joined(separator: ", ")) over that for "
      + "\(study.retain.joined(separator: ", ")); the units of all layers of a site that score most are set to zero "
      + "at every position, and \(study.forgetEvaluation.joined(separator: ", ")) and "
      + "\(study.retainEvaluation.joined(separator: ", ")) are scored. Controls of \(main), for each seed: random "
      + "units; its scores shuffled within layers; its scores shuffled among units of like magnitude of a layer. The "
      + "null is the spread of their selectivity areas over seeds; matched are, besides, at "
      + "\(Numeral.plain(study.compared.percents)) percent the units nearest in magnitude, one by one. "
      + (study.hasQuirks ? "With the quirks of the paper's code. " : "") + "Source: \(Pruning.source)."
      + ground.texts.overlapSentence(
        study.forget, as: "scores of what to forget", study.forgetEvaluation, as: "evaluation")
      + ground.texts.overlapSentence(
        study.retain, as: "scores of what to keep", study.retainEvaluation, as: "evaluation")
  }

  // MARK: Units

  /// What is known of units: scores, which are selected, which are matched, and the step that prunes each.
  var columns: [StudyFindings.UnitColumn] {
    prunings.flatMap { pruning -> [StudyFindings.UnitColumn] in
      func column(_ name: String, _ meaning: String, _ values: AnalysisGroup.Values) -> StudyFindings.UnitColumn {
        .init(pruning.site, pruning.grid, "\(Pruning.name)_\(name)", meaning, values)
      }
      func truths(_ units: [Int]) -> AnalysisGroup.Values {
        let set = Set(units)
        return .truths((0..<pruning.grid.count).map(set.contains))
      }
      let percent = Numeral.plain(study.compared.percents)
      let own = study.importances.enumerated().flatMap { number, importance in
        [
          column(
            "score_\(importance.rawValue)",
            "\(importance.rawValue) for the text to forget over that for the text to keep",
            .numbers(pruning.scores[number])),
          column(
            "selected_\(importance.rawValue)", "whether it is among the \(percent) percent that score most",
            truths(pruning.selected[number])),
        ]
      }
      let matched = column("matched", "whether it is matched in magnitude to a selected unit", truths(pruning.matched))
      guard study.isIterative else { return own + [matched] }
      var steps = [Int](repeating: 0, count: pruning.grid.count)
      for (number, units) in pruning.steps.enumerated().reversed() { for unit in units { steps[unit] = number + 1 } }
      return own + [
        matched, column("step", "the step that prunes it, from 1 on; 0 where none does", .counts(steps)),
      ]
    }
  }
}
