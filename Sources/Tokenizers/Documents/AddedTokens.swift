import Basics
import StrictJSON

/// The added tokens of a tokenizer with their identifiers.
struct AddedTokens {
  private(set) var tokens: [AddedToken] = []
  private(set) var ids: [Int32] = []
  private var places: [ByteString: Int] = [:]

  /// Reads the member `added_tokens` of a tokenizer.json and adds what `vocabulary` lacks.
  init(_ document: JSONNode, _ vocabulary: inout Vocabulary) throws {
    for node in try document.list("added_tokens") {
      let token = try AddedToken(node)
      let id = try TokenIdentifier.read(node.required("id"))
      guard places[ByteString(token.content)] == nil else {
        throw node.refusal("adds \(token.content.quoted) a second time; remove one of the two")
      }
      try vocabulary.add(token.content, id, at: node)
      set(token, id)
    }
  }

  init() {}

  /// Adds the tokens of the files beside as transformers does: an identifier is the vocabulary's where it has the
  /// token, or else the next one, whatever the files say.
  mutating func add(_ settings: TokenizerSettings, to vocabulary: inout Vocabulary) throws {
    let named = try settings.namedTokens()
    let names = Set(named.map { ByteString($0.content) })
    for var token in try settings.addedTokens() {
      // The older files do not change what the document says of a token.
      if !settings.isComplete, places[ByteString(token.content)] != nil { continue }
      if names.contains(ByteString(token.content)) { token.isSpecial = true }
      try add(token, to: &vocabulary, settings)
    }
    for token in named where places[ByteString(token.content)] == nil { try add(token, to: &vocabulary, settings) }
  }

  /// Adds a token, or changes the properties of one that is there.
  mutating func add(_ token: AddedToken, to vocabulary: inout Vocabulary, _ settings: TokenizerSettings) throws {
    guard let id = vocabulary.id(token.content) ?? vocabulary.append(token.content) else {
      throw TokenizerError(
        file: settings.path, "it adds \(token.content.quoted) to a vocabulary that is full; fetch the file again")
    }
    set(token, id)
  }

  private mutating func set(_ token: AddedToken, _ id: Int32) {
    let name = ByteString(token.content)
    if let place = places[name] {
      tokens[place] = token
      return
    }
    places[name] = tokens.count
    tokens.append(token)
    ids.append(id)
  }

  // MARK: What they are for

  var specialIDs: Set<Int32> { Set(zip(tokens, ids).filter { $0.0.isSpecial }.map { $0.1 }) }

  /// Returns a finder of those tokens that are normalized, or of those that are not, by what `spelling` makes of them;
  /// special ones come first.
  func finder(ofNormalized isNormalized: Bool, spelling: ([UInt8]) throws -> [UInt8] = { $0 }) throws
    -> AddedTokenFinder
  {
    let chosen = zip(tokens, ids).filter { $0.0.isNormalized == isNormalized }
    let ordered = chosen.filter { $0.0.isSpecial } + chosen.filter { !$0.0.isSpecial }
    return AddedTokenFinder(
      ordered.map { $0.0 }, ids: ordered.map { $0.1 },
      spellings: try ordered.map { try spelling(Array($0.0.content.utf8)) })
  }
}
