import Drawing
import LinearAlgebra

extension LocalizerFinding {
  // MARK: Responses

  /// How well the best layer predicts responses.
  func responseStatement(_ responses: LocalizerResults.Responses) -> Statement {
    guard let request = study.responses else { preconditionFailure("responses that were asked for") }
    let r = responses.median(responses.best)
    let kind = request.isSynthetic ? "synthetic response" : "response"
    let count = responses.layers.count
    let layers = count > 1 ? ", the best of \(count) layers," : ""
    let text =
      "Units of \(request.site.rawValue) of layer \(responses.layers[responses.best])\(layers) predict "
      + "\(Numeral.items(request.table.names.count, kind)) to \(request.table.stimuli.count) stimuli, folds left out, "
      + "with a median r of \(Numeral.number(r))\(ceilingWords(r, request))"
    let probability = responses.probability
    guard stands(probability) else {
      return Statement(
        text: text + "; with stimuli permuted within folds \(bestWords(count))reaches that with \(words(probability)) "
          + "(\(failure(probability))).", isFinding: false)
    }
    return Statement(
      text: text + "; with stimuli permuted within folds \(bestWords(count))reaches that with \(words(probability))."
        + untrainedWords(responses, r), isFinding: true)
  }

  private func bestWords(_ layers: Int) -> String { layers > 1 ? "the best layer " : "it " }

  private func ceilingWords(_ r: Double, _ request: ResponseRequest) -> String {
    guard let ceiling = request.ceiling else { return " (no ceiling is given)" }
    guard r > 0 else { return " (the ceiling is \(Numeral.number(ceiling)))" }
    return ", \(Numeral.share(r / ceiling)) of the ceiling of \(Numeral.number(ceiling))"
  }

  private func untrainedWords(_ responses: LocalizerResults.Responses, _ r: Double) -> String {
    guard let control = responses.untrained.map(\.grouped.median).max() else { return "" }
    return " A host with random weights reaches \(Numeral.number(control))"
      + (control < r ? "." : ": the prediction does not survive that control, and need not come from training.")
  }

  // MARK: Reading

  /// How surprisal and reading times go together.
  func readingStatement(_ reading: LocalizerResults.Reading) -> Statement {
    let surprisal = reading.surprisal
    let times = study.reading?.isSynthetic == true ? "synthetic reading times" : "reading times"
    let text =
      "The surprisal of \(Numeral.items(surprisal.words.count, "word")) that begin no sentence correlates with their "
      + "\(times) at r = \(Numeral.number(surprisal.whole.r))"
    guard stands(surprisal.whole.probability) else {
      return Statement(
        text: text + "; times permuted within passages do so with \(words(surprisal.whole.probability)) "
          + "(\(failure(surprisal.whole.probability))).", isFinding: false)
    }
    let survives = stands(surprisal.partial.probability)
    let control = reading.untrained.map {
      " By a host with random weights r is \(Numeral.number($0.whole.r))"
        + (abs($0.whole.r) < abs(surprisal.whole.r) ? "." : ": it does not survive that control.")
    }
    return Statement(
      text: text
        + "; times permuted within passages do so with \(words(surprisal.whole.probability)). Given the number "
        + "of tokens of a word r is \(Numeral.number(surprisal.partial.r)), with "
        + "\(words(surprisal.partial.probability))\(survives ? "." : ": it does not survive that control.")"
        + (control ?? ""), isFinding: true)
  }
}
