import Archive
import Statistics

/// Whether continuations of two screens say the same: token by token where both know the same tokens, by their texts
/// where both go on for as many steps.
struct TextPairs {
  /// The texts of the tokens of each screen; nil where their tokens are the same.
  private let texts: (first: TokenTexts, second: TokenTexts)?

  /// nil where continuations were not recorded or cannot be compared.
  init?(_ first: borrowing ResultsFile, _ second: borrowing ResultsFile) throws {
    guard first.summary.recording.text, second.summary.recording.text else { return nil }
    let (one, other) = (try first.texts(), try second.texts())
    let isOneModel = first.summary.provenance.modelSHA256 == second.summary.provenance.modelSHA256
    if one == other, one != nil || isOneModel {
      texts = nil
    } else if let one, let other, first.summary.stepCount == second.summary.stepCount {
      texts = (one, other)
    } else {
      return nil
    }
  }

  /// Whether two continuations, which may be padded with −1, say the same, as far as both go.
  func areEqual(_ first: ArraySlice<Int32>, _ second: ArraySlice<Int32>) -> Bool {
    guard let texts else {
      let steps = min(first.count, second.count)
      return first.prefix(steps).elementsEqual(second.prefix(steps))
    }
    return texts.first.text(of: first) == texts.second.text(of: second)
  }

  /// On how many of the inputs both baselines say the same.
  func baselines(
    _ first: borrowing ResultsFile, _ second: borrowing ResultsFile, _ strata: [InputJoin.Stratum]
  ) throws -> Proportion {
    func padded(_ all: [ScreenDescription.Continuation], _ steps: Int) -> [[Int32]] {
      all.map { $0.tokens + Array(repeating: -1, count: max(0, steps - $0.tokens.count)) }
    }
    let one = padded(try first.baselines(), first.summary.stepCount)
    let other = padded(try second.baselines(), second.summary.stepCount)
    let same = strata.count { areEqual(one[$0.first[0]][...], other[$0.second[0]][...]) }
    return Proportion(count: same, total: strata.count)
  }
}
