/// A vocabulary of words and of parts that go on with a word, of which the longest is taken: 'WordPiece'.
struct WordPieceModel: TokenModel {
  private static let usualLengthLimit = 100

  /// The tokens that begin a word.
  private let beginnings: ByteTrie
  /// The tokens that go on with a word, without the mark in front.
  private let continuations: ByteTrie
  private let unknownToken: Int32?
  /// Longer words, in scalars, are unknown.
  private let lengthLimit: Int

  init(_ node: JSONNode, vocabulary: Vocabulary) throws {
    let prefix = Array((try node.member("continuing_subword_prefix")?.text() ?? "##").utf8)
    var beginnings = ByteTrie()
    var continuations = ByteTrie()
    for (spelling, id) in vocabulary.all {
      beginnings.insert(spelling.bytes, id)
      if spelling.bytes.starts(with: prefix) { continuations.insert(spelling.bytes.dropFirst(prefix.count), id) }
    }
    (self.beginnings, self.continuations) = (beginnings, continuations)
    unknownToken = vocabulary.id(try node.member("unk_token")?.text() ?? "[UNK]")
    lengthLimit = try node.member("max_input_chars_per_word")?.integer() ?? Self.usualLengthLimit
  }

  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) throws {
    var tokens: [Int32] = []
    var position = word.startIndex
    let isShort = word.text.unicodeScalars.count <= lengthLimit
    while isShort, position < word.endIndex {
      let trie = position == word.startIndex ? beginnings : continuations
      guard let (end, token) = trie.longestMatch(in: word, at: position) else { break }
      tokens.append(token)
      position = end
    }
    if position == word.endIndex {
      result += tokens
    } else {
      guard let unknownToken else { throw MissingUnknownToken(text: word.text) }
      result.append(unknownToken)
    }
  }
}
