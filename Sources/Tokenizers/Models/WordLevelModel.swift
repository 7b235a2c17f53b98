import StrictJSON

/// A vocabulary of whole words: a model of the type 'WordLevel'.
struct WordLevelModel: TokenModel {
  private let vocabulary: Vocabulary
  private let unknownToken: Int32?

  init(_ node: JSONNode, vocabulary: Vocabulary) throws {
    self.vocabulary = vocabulary
    unknownToken = vocabulary.id(try node.member("unk_token")?.text() ?? "<unk>")
  }

  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) throws {
    guard let token = vocabulary.id(ByteString(word)) ?? unknownToken else {
      throw MissingUnknownToken(text: word.text)
    }
    result.append(token)
  }
}
