import Configuration
import Perturbations
import Transformer

extension Localizer {
  /// A pass over the conditions for each site, over the evaluation texts for each set of units, over stimuli and
  /// passages; and the permutations. Kept is a number for each row of the contrast and unit of the sites that are
  /// chosen from, of one of these five times, and for each stimulus and unit.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    for site in sites { _ = try outline.grid(site) }
    try check(outline)
    let all = outline.shape.sites
    let units = try all.reduce(0) { $0 + (try outline.grid($1).count) }
    let hosts = hasUntrained ? 2.0 : 1
    let trials = outline.pass(conditions.map(\.text))
    let sets = Double(sites.count * AnswerMode.allCases.count * (1 + 2 * seeds.count) + 1)
    let rows = Double(contrastTexts.reduce(0) { $0 + outline.texts[$1.text].rows.count })
    let chosen = try sites.map { Double(try outline.grid($0).count) }
    let labels = Double(draws) * rows * chosen.reduce(0, +) * 8
    return StudyCost(
      operations: hosts * Double(all.count) * trials + sets * outline.pass(evaluation.map(\.text), readout: true)
        + labels + (try hosts * responseOperations(outline)) + hosts * readingOperations(outline),
      outputBytes: Double(units) * 8 * 8,
      keptBytes: 8 * rows * (hosts * chosen.reduce(0, +) + 4 * (chosen.max() ?? 0)) + (try keptOfStimuli(outline)))
  }

  /// The two conditions that are compared.
  var contrastTexts: [NamedText] { [conditions[contrast.first], conditions[contrast.second]] }

  // MARK: Checks

  /// Throws where the texts, the table or the layers do not fit.
  private func check(_ outline: StudyOutline) throws {
    for condition in contrastTexts where outline.texts[condition.text].rows.count < 2 {
      throw condition.place.refusal(
        "the text \(condition.text) has \(outline.texts[condition.text].rows.count) row, and a t-test needs at least 2"
          + "; name a longer text")
    }
    for passage in reading?.passages ?? [] where passage.isTokens || outline.tokenizer != nil {
      _ = try passage.tokens(outline.shape, outline.tokenizer)
    }
    guard let responses else { return }
    _ = try outline.grid(responses.site)
    _ = try responses.layers(of: outline.shape.layerCount)
    _ = try responses.rows(of: outline.texts[responses.stimuli])
  }

  private func keptOfStimuli(_ outline: StudyOutline) throws -> Double {
    guard let responses else { return 0 }
    return 16 * Double(responses.table.stimuli.count) * Double(try outline.grid(responses.site).count)
  }

  // MARK: Operations

  private func responseOperations(_ outline: StudyOutline) throws -> Double {
    guard let responses else { return 0 }
    let layers = Double(try responses.layers(of: outline.shape.layerCount).count)
    return outline.pass([responses.stimuli]) + layers * alignmentOperations(draws: draws + 1, responses)
  }

  /// Operations of the predictions of some draws by one layer.
  func alignmentOperations(draws: Int, _ responses: ResponseRequest) -> Double {
    let (n, m) = (Double(responses.table.values.rows), Double(responses.table.names.count))
    let folds = Double(Set(responses.folds).count)
    return folds * (9 * n * n * n + 2 * n * n * m * Double(draws) * Double(penalties.count + 2))
  }

  private func readingOperations(_ outline: StudyOutline) -> Double {
    guard let reading else { return 0 }
    let tokens = reading.passages.reduce(0) { sum, passage in
      switch passage.content {
      case .tokens(let tokens, _): sum + tokens.count
      case .text(let text): sum + text.utf8.count / 3
      }
    }
    return StudyCost.pass(outline.shape, tokens: tokens, readout: true)
  }
}
