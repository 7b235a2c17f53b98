import Configuration
import Tokenizers
import Transformer

extension Passage {
  /// A passage as tokens, the one that begins a text in front, and the tokens of each word.
  package struct Tokens: Equatable, Sendable {
    /// The tokens.
    package let tokens: [Int32]
    /// The tokens of each word.
    package let words: [Range<Int>]
  }

  /// The tokens for a host. Throws a sentence that names the line where they do not fit the host or its tokenizer.
  package func tokens(_ shape: HostShape, _ tokenizer: (any Tokenizer)?) throws -> Tokens {
    let begin = shape.beginToken.map { [$0] } ?? []
    let found: Tokens
    switch content {
    case .tokens(let tokens, let words):
      let isBegun = begin.isEmpty || tokens.first == begin[0]
      found = isBegun ? Tokens(tokens: tokens, words: words) : Passage.begun(tokens, words, begin)
    case .text(let text):
      guard let tokenizer else {
        throw refusal("the text needs a tokenizer, and the model has none that can be read; name one with tokenizer")
      }
      let tokens = try tokenizer.encode(text)
      let own = tokens.first.map { begin.contains($0) } == true ? Array(tokens.dropFirst()) : tokens
      found = Passage.begun(own, try words(of: own, in: text, tokenizer), begin)
    }
    guard found.tokens.count <= shape.studyContext else {
      throw refusal(
        "the passage has \(found.tokens.count) tokens, more than the model's context of \(shape.studyContext); cut it")
    }
    if let foreign = found.tokens.first(where: { $0 < 0 || $0 >= shape.vocabularyCount }) {
      throw refusal("token \(foreign) is not in the model's vocabulary of \(shape.vocabularyCount)")
    }
    return found
  }

  private func refusal(_ problem: String) -> TextFileError { .input(path, line: line, problem) }

  private static func begun(_ tokens: [Int32], _ words: [Range<Int>], _ begin: [Int32]) -> Tokens {
    Tokens(
      tokens: begin + tokens, words: words.map { $0.lowerBound + begin.count..<$0.upperBound + begin.count })
  }

  /// The tokens of each word of a text: a token belongs to the word that holds its last byte, or, if that is white
  /// space, to the next word; behind the last word, to that one.
  private func words(of tokens: [Int32], in text: String, _ tokenizer: any Tokenizer) throws -> [Range<Int>] {
    let pieces = tokens.map { tokenizer.bytes(of: $0) }
    let joined = pieces.flatMap { $0 }
    // Schemes like SentencePiece's put a space in front.
    let shift = joined.count - text.utf8.count
    guard shift == 0 || shift == 1, joined.dropFirst(shift).elementsEqual(text.utf8) else {
      throw refusal("the tokenizer changes the text, so that no token is that of a word; write tokens and words")
    }
    let ends = Passage.wordEnds(text)
    var (found, word, end) = ([Range<Int>?](repeating: nil, count: ends.count), 0, -shift)
    for (place, piece) in pieces.enumerated() {
      end += piece.count
      while word < ends.count - 1, end > ends[word] { word += 1 }
      found[word] = (found[word]?.lowerBound ?? place)..<place + 1
    }
    return try found.map { range in
      guard let range else {
        throw refusal("one token holds the ends of several words; write tokens and words")
      }
      return range
    }
  }

  /// Where each word of a text ends, in bytes.
  private static func wordEnds(_ text: String) -> [Int] {
    text.split(whereSeparator: \.isWhitespace).map { text.utf8.distance(from: text.startIndex, to: $0.endIndex) }
  }
}
