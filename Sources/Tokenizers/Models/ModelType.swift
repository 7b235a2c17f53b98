/// The kinds of `model` that a tokenizer.json can have.
enum ModelType: String {
  case bytePair = "BPE"
  case unigram = "Unigram"
  case wordPiece = "WordPiece"
  case wordLevel = "WordLevel"

  /// Reads the member `type`; files older than it are recognized by what else they hold.
  init(_ node: JSONNode) throws {
    if try node.member("type") != nil {
      guard let type = ModelType(rawValue: try node.type()) else {
        throw node.unsupportedType("BPE, Unigram, WordPiece and WordLevel are")
      }
      self = type
    } else if try node.member("merges") != nil {
      self = .bytePair
    } else if case .list = try node.required("vocab").value {
      self = .unigram
    } else {
      self = try node.member("continuing_subword_prefix") == nil ? .wordLevel : .wordPiece
    }
  }

  /// Reads the model itself, whose tokens are those of `vocabulary`.
  func model(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> any TokenModel {
    switch self {
    case .bytePair: try BytePairModel(node, vocabulary: vocabulary)
    case .unigram: try UnigramModel(node, vocabulary: vocabulary)
    case .wordPiece: try WordPieceModel(node, vocabulary: vocabulary)
    case .wordLevel: try WordLevelModel(node, vocabulary: vocabulary)
    }
  }
}
