import Archive
import LinearAlgebra
import Perturbations
import Transformer

/// What a localizer measured as the file holds it.
struct LocalizerGroup {
  private typealias Variable = AnalysisGroup.Variable

  private let study: Localizer
  private let found: LocalizerResults
  private let ground: StudyGround

  init(_ study: Localizer, _ found: LocalizerResults, _ ground: StudyGround) {
    self.study = study
    self.found = found
    self.ground = ground
  }

  /// The group.
  var group: AnalysisGroup {
    AnalysisGroup(
      name: Localizer.name, comment: comment, findings: LocalizerFinding(study, found).sentences,
      dimensions: dimensions,
      variables: contrastVariables(found.contrasts, "", "")
        + contrastVariables(
          found.untrained, "_untrained", ", of a host with random weights") + choiceVariables + lesionVariables
        + responseVariables + readingVariables)
  }

  private var names: [String] { UnitSets.names(seeds: study.seeds) }
  private var modes: [AnswerMode] { AnswerMode.allCases }

  private var dimensions: [AnalysisGroup.Dimension] {
    let most = found.choices.flatMap(\.sets).compactMap { $0.sets.first?.count }.max() ?? 0
    return [
      .init("any_site", labels: found.contrasts.map(\.site.rawValue)),
      .init("site", labels: study.sites.map(\.rawValue)), .init("pooling", labels: Pooling.allCases.map(\.rawValue)),
      .init("mode", labels: modes.map(\.rawValue)), .init("layer", length: ground.shape.layerCount),
      .init("set", labels: names), .init("place", length: most),
      .init("condition", labels: study.conditions.map(\.name)), .init("text", labels: study.evaluation.map(\.name)),
    ] + (found.responses.map { responseDimensions($0) } ?? [])
      + (found.reading.map { [.init("word", length: $0.bits.joined().count)] } ?? [])
  }

  private func responseDimensions(_ responses: LocalizerResults.Responses) -> [AnalysisGroup.Dimension] {
    [
      .init("predicting_layer", values: responses.layers.map(Double.init)),
      .init("response", labels: study.responses?.table.names ?? []), .init("draw", length: study.draws),
    ]
  }

  // MARK: Contrasts

  private func contrastVariables(
    _ contrasts: [LocalizerResults.SiteContrast], _ ending: String, _ words: String
  ) -> [Variable] {
    guard !contrasts.isEmpty else { return [] }
    let all = contrasts.flatMap { site in site.contrasts.flatMap { $0.map { (site.grid, $0) } } }
    let meaning =
      "units that differ between \(pair) by Welch's t at a false discovery rate of "
      + "\(UnitContrast.rate) over the units of the site"
    return [
      .init(
        "discoveries\(ending)", ["any_site", "pooling", "mode"], meaning + words, .counts(all.map(\.1.discoveries))),
      .init(
        "discoveries_by_layer\(ending)", ["any_site", "pooling", "mode", "layer"], meaning + ", of a layer" + words,
        .counts(
          all.flatMap { grid, contrast in
            (0..<grid.layerCount).map { layer in grid.numbers(ofLayer: layer).count { contrast.differs[$0] } }
          })),
    ]
  }

  private var pair: String { study.contrastTexts.map(\.name).joined(separator: " and ") }

  /// What is known of every unit.
  var columns: [StudyFindings.UnitColumn] {
    found.contrasts.flatMap { site -> [StudyFindings.UnitColumn] in
      func column(_ name: String, _ meaning: String, _ values: AnalysisGroup.Values) -> StudyFindings.UnitColumn {
        .init(site.site, site.grid, "\(Localizer.name)_\(name)", meaning, values)
      }
      let tests = Pooling.allCases.flatMap { pooling in
        modes.flatMap { mode -> [StudyFindings.UnitColumn] in
          let contrast = site.contrast(pooling, mode)
          let words = "between \(pair), \(mode.meaning), pooled: \(pooling.meaning)"
          return [
            column("t_\(pooling.rawValue)_\(mode.rawValue)", "Welch's t " + words, .numbers(contrast.t)),
            column(
              "p_\(pooling.rawValue)_\(mode.rawValue)", "two-sided probability of Welch's t " + words,
              .numbers(contrast.probabilities)),
          ]
        }
      }
      guard let choice = found.choices.first(where: { $0.site == site.site }) else { return tests }
      return tests
        + zip(modes, choice.sets).map { mode, sets in
          let chosen = Set(sets.sets[0])
          return column(
            "selected_\(mode.rawValue)", "whether the unit is among those of the greatest t, of \(mode.meaning)",
            .truths((0..<site.grid.count).map { chosen.contains($0) }))
        }
    }
  }

  // MARK: Choices

  private var choiceVariables: [Variable] {
    let most = dimensions.first { $0.name == "place" }?.length ?? 0
    let sets = found.choices.flatMap { $0.sets.flatMap(\.sets) }
    let profiles = found.choices.flatMap { choice in
      modes.indices.flatMap { mode in
        names.indices.flatMap { set in
          study.conditions.indices.map { choice.profile(mode, set: set, condition: $0) }
        }
      }
    }
    return [
      .init("chosen_by", [], "the pooling that units are chosen by", .texts([study.pooling.rawValue])),
      .init("draws", [], "permutations of each test", .counts([study.draws])),
      .init(
        "probability_of_discoveries", ["site"],
        "how often \(study.draws) draws of which rows are of which condition make as many units differ, by activation "
          + "and by magnitude together", .numbers(found.choices.map(\.chance.value))),
      .init(
        "units", ["site", "mode", "set", "place"],
        "chosen units and their controls, layer · width + unit, the greatest t first", missing: -1,
        .counts(sets.flatMap { $0 + Array(repeating: -1, count: most - $0.count) })),
      .init(
        "profile", ["site", "mode", "set", "condition"],
        "mean activation of the units over the rows of a condition, pooled: \(study.pooling.meaning)",
        .numbers(profiles)),
    ]
  }

  private var lesionVariables: [Variable] {
    let lesions = found.choices.flatMap(\.lesions)
    func probabilities(_ of: (Lesions, Int) -> Lesions.Comparison) -> AnalysisGroup.Values {
      .numbers(lesions.flatMap { lesion in study.evaluation.indices.map { of(lesion, $0).probability } })
    }
    let meaning = "how likely one more set costs as much as the chosen units, were the costs of sets normal: "
    return [
      .init(
        "cross_entropy", ["text"], "mean of −ln p of the targets of the model as it is", units: "nat",
        .numbers(found.crossEntropies)),
      .init(
        "rise", ["site", "mode", "set", "text"], "rise of cross-entropy with the units at zero at every position",
        units: "nat", .numbers(lesions.flatMap { $0.rises.flatMap { $0 } })),
      .init(
        "probability_against_random", ["site", "mode", "text"], meaning + "of random units",
        probabilities { $0.againstRandom($1) }),
      .init(
        "probability_against_matched", ["site", "mode", "text"], meaning + "of units of like magnitude",
        probabilities { $0.againstMatched($1) }),
    ]
  }

  // MARK: Responses

  private var responseVariables: [Variable] {
    guard let responses = found.responses, let request = study.responses else { return [] }
    let kind = request.isSynthetic ? "synthetic response" : "response"
    let axes = ["predicting_layer", "response"]
    let grouped = "Pearson's r of each \(kind) with its prediction by the other folds"
    return [
      .init(
        "alpha", ["predicting_layer"], "penalty of the least squared left-out error over all \(kind)s",
        .numbers(responses.predictions.map(\.penalty))),
      .init(
        "r_leave_one_out", axes, "Pearson's r of each \(kind) with its prediction by all other stimuli",
        .numbers(responses.predictions.flatMap(\.leaveOneOut))),
      .init("r_grouped", axes, grouped, .numbers(responses.predictions.flatMap(\.grouped))),
      .init(
        "median_r_leave_one_out", ["predicting_layer"], "median of r_leave_one_out over \(kind)s",
        .numbers(responses.predictions.map(\.leaveOneOut.median))),
      .init(
        "median_r_grouped", ["predicting_layer"], "median of r_grouped over \(kind)s",
        .numbers(responses.predictions.map(\.grouped.median))),
      .init(
        "chance_median_r", ["predicting_layer", "draw"],
        "median over \(kind)s of r_grouped with stimuli permuted within folds",
        .numbers(responses.chance.flatMap { $0 })
      ),
      .init(
        "response_probability", [], "how often the best layer predicts as well with stimuli permuted",
        .numbers([responses.probability.value])),
      .init("response_ceiling", [], "r of a perfect prediction", .numbers([request.ceiling ?? .nan])),
      .init("responses_are_synthetic", [], "whether the responses were made up", .truths([request.isSynthetic])),
    ]
      + (responses.untrained.isEmpty
        ? []
        : [
          .init(
            "r_grouped_untrained", axes, grouped + ", of a host with random weights",
            .numbers(responses.untrained.flatMap(\.grouped)))
        ])
  }

  // MARK: Reading

  private var readingVariables: [Variable] {
    guard let reading = found.reading, let request = study.reading else { return [] }
    let times = request.isSynthetic ? "synthetic reading times" : "reading times"
    let passages = request.passages
    func number(_ name: String, _ meaning: String, _ value: Double) -> Variable {
      .init(name, [], meaning, .numbers([value]))
    }
    let surprisal = reading.surprisal
    let variables: [Variable] = [
      .init(
        "surprisal", ["word"], "surprisal of each word given all before it", units: "bit",
        .numbers(reading.bits.flatMap { $0 })),
      .init(
        "reading_time", ["word"], "one of the \(times), as the file has it", .numbers(passages.flatMap(\.times))),
      .init(
        "passage", ["word"], "the passage of each word",
        .counts(reading.bits.enumerated().flatMap { number, bits in bits.map { _ in number } })),
      .init("word_tokens", ["word"], "tokens of each word", .counts(reading.tokens.flatMap { $0 })),
      .init(
        "begins_sentence", ["word"], "whether the word begins a sentence and is not compared",
        .truths(passages.flatMap(\.beginsSentence))),
      .init("compared_words", [], "words that are compared", .counts([surprisal.words.count])),
      number("surprisal_r", "Pearson's r of surprisal with \(times)", surprisal.whole.r),
      number(
        "surprisal_probability", "how often \(times) permuted within passages correlate as much",
        surprisal.whole.probability.value),
      number(
        "surprisal_r_given_tokens", "Pearson's r of surprisal with \(times), both less what the number of tokens says",
        surprisal.partial.r),
      number(
        "surprisal_probability_given_tokens",
        "how often residuals of \(times) permuted within passages correlate as much",
        surprisal.partial.probability.value),
      .init("times_are_synthetic", [], "whether the reading times were made up", .truths([request.isSynthetic])),
    ]
    return variables
      + (reading.untrained.map {
        [
          number(
            "surprisal_r_untrained", "Pearson's r of the surprisal by a host with random weights with \(times)",
            $0.whole.r)
        ]
      } ?? [])
  }

  // MARK: The comment

  private var comment: String {
    let synthetic = [
      study.responses?.isSynthetic == true ? "responses" : nil,
      study.reading?.isSynthetic == true ? "reading times" : nil,
    ].compactMap { $0 }
    let made =
      synthetic.isEmpty ? "" : " The \(synthetic.joined(separator: " and the ")) are synthetic: they were made up."
    let texts = ground.texts
    return
      "Units of each site are compared between the conditions \(pair) by Welch's t of \(study.pooling.meaning) (and of "
      + "the other pooling); those of the greatest t are set to zero at every position. The null is "
      + "\(study.draws) draws of labels, of stimuli within folds and of times within passages; controls are units of "
      + "like magnitude, random units\(study.hasUntrained ? " and a host with random weights" : ""). Profiles of "
      + "\(pair) are of the very rows that units were chosen by. Source: \(Localizer.source).\(made)"
      + sharedWords
      + texts.overlapSentence(
        study.contrastTexts.map(\.text), as: "choosing units", study.evaluation.map(\.text), as: "scoring them")
  }

  /// Says where rows are of both conditions, which cannot differ there.
  private var sharedWords: String {
    let (first, second) = (study.contrastTexts[0], study.contrastTexts[1])
    guard let shared = ground.texts.overlaps([first.text], [second.text]).first else { return "" }
    return " Of the rows of \(first.name) \(shared.rows) are rows of \(second.name), too."
  }
}
