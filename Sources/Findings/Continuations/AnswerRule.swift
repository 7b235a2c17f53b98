import Texts

/// Whether a continuation gives the answer that the baseline gives.
///
/// Words are compared by the recipe of `Words`, without the brackets, quotation marks, colons and semicolons around
/// them. A continuation is right if the answer's words begin it; of a baseline that only holds them further on, no more
/// is asked of its mutants.
struct AnswerRule {
  private let answer: [ArraySlice<UInt8>]
  private let isAtBeginning: Bool

  /// nil if there is no answer, or the baseline does not give it.
  init?(answer text: String, baseline: String) {
    let answer = AnswerRule.words(of: Words(text))
    let said = AnswerRule.words(of: Words(baseline))
    guard !answer.isEmpty, AnswerRule.contains(said, answer) else { return nil }
    self.answer = answer
    isAtBeginning = said.starts(with: answer)
  }

  func isRight(_ continuation: Words) -> Bool {
    let said = AnswerRule.words(of: continuation)
    return isAtBeginning ? said.starts(with: answer) : AnswerRule.contains(said, answer)
  }

  private static func contains(_ said: [ArraySlice<UInt8>], _ answer: [ArraySlice<UInt8>]) -> Bool {
    said.indices.contains { said[$0...].starts(with: answer) }
  }

  /// The words that are more than such marks.
  private static func words(of words: Words) -> [ArraySlice<UInt8>] {
    (0..<words.count).compactMap { index in
      let word = words[index].drop(while: isMark)
      guard let last = word.lastIndex(where: { !isMark($0) }) else { return nil }
      return word[...last]
    }
  }

  private static func isMark(_ byte: UInt8) -> Bool { "()[]{}\"':;*".utf8.contains(byte) }
}
