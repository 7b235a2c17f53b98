import LinearAlgebra

/// Choices of an input by the scores of their letters at the first step.
public enum LetterChoice {
  /// The value that stands for no choice.
  public static let none = UInt8.max
  /// Most choices of an input: letters from A to Z.
  public static let limit = 26

  /// The letter of a choice: A for 0, B for 1.
  public static func letter(of choice: Int) -> String {
    precondition((0..<limit).contains(choice), "a choice has a letter")
    return String(UnicodeScalar(UInt8(ascii: "A") + UInt8(choice)))
  }

  /// The choice of a model behind `prompt` among letters with these tokens, at least one.
  public static func choice(behind prompt: [Int32], among letters: [Int32], pass: ForwardPass) -> UInt8 {
    let scores = Matrix(rows: 1, columns: letters.count)
    let end = Prefill([prompt], firstScored: [prompt.count - 1], pass: pass)
    pass.logits(ofNormed: end.normed, tokens: letters, into: scores.view)
    return best(of: letters.count) { scores.view[0, $0] }
  }

  /// The choice with the largest score, the first of equals; scores that are no numbers lose.
  public static func best(of count: Int, score: (Int) -> Float) -> UInt8 {
    var best = 0
    for choice in 1..<max(count, 1) where score(choice) > score(best) || score(best).isNaN { best = choice }
    return UInt8(best)
  }
}
