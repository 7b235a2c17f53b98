import Transformer

extension Baseline {
  /// The choice among letters with these tokens; `LetterChoice.none` among none.
  public func choice(among letters: [Int32]) -> UInt8 {
    guard !letters.isEmpty else { return LetterChoice.none }
    let scores = logits.view.row(0)
    return LetterChoice.best(of: letters.count) { scores[Int(letters[$0])] }
  }
}
