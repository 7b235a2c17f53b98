import StrictJSON

/// A byte-pair vocabulary with its merges: `model` of a tokenizer.json.
struct BytePairModel: Sendable {
  private let merges: MergeTable
  /// Whether words are spelled in the byte-level alphabet; otherwise in the scalars of the text.
  private let isByteLevel: Bool
  /// The tokens of single scalars.
  private let scalarTokens: [UInt32: Int32]
  /// The tokens of single bytes: of the alphabet if byte-level, else `<0x0A>` if the file falls back to bytes.
  private let byteTokens: [Int32?]
  private let unknownToken: Int32?
  private let fusesUnknown: Bool
  /// Words that are tokens as they stand, whatever the merges say; empty unless the file says `ignore_merges`.
  private let wholeWords: [ByteString: Int32]

  init(_ node: JSONNode, vocabulary: Vocabulary, isByteLevel: Bool) throws {
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try node.member(name), try !affix.text().isEmpty {
        throw affix.refusal("is \(quoted(try affix.text())); only vocabularies without it are supported")
      }
    }
    switch try node.member("dropout")?.value {
    case nil, .integer(0), .decimal(0): break
    default: throw node.refusal("has a dropout, with which encoding would be random; set it to null")
    }
    self.isByteLevel = isByteLevel
    merges = try Self.merges(try node.required("merges"), vocabulary)
    let fallsBack = try node.flag("byte_fallback", default: false)
    byteTokens = (UInt8.min...UInt8.max).map { byte in
      if isByteLevel { return vocabulary.id(String(ByteLevel.characters[Int(byte)])) }
      return fallsBack ? vocabulary.id(ByteToken.spelling(of: byte)) : nil
    }
    let isComplete = !byteTokens.contains(nil)
    if isByteLevel, fallsBack, !isComplete {
      throw node.refusal(
        "has byte_fallback true and is byte-level but lacks some of the 256 byte tokens, which is not supported")
    }
    scalarTokens = isByteLevel ? [:] : Self.scalarTokens(vocabulary)
    fusesUnknown = try node.flag("fuse_unk", default: false)
    unknownToken = try Self.unknownToken(node, vocabulary, isNeeded: !isComplete)
    let usesWholeWords = try node.flag("ignore_merges", default: false)
    wholeWords = usesWholeWords ? Self.wholeWords(vocabulary, isByteLevel: isByteLevel) : [:]
  }

  // MARK: Encoding

  /// Appends the tokens of a word to `result`, using the arrays of `merger`, which is empty before and after.
  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) {
    if !wholeWords.isEmpty, let token = wholeWords[ByteString(word)] {
      result.append(token)
      return
    }
    if isByteLevel { appendBytes(word, to: &merger) } else { appendScalars(word, to: &merger) }
    merger.merge(by: merges, into: &result)
  }

  private func appendBytes(_ word: ArraySlice<UInt8>, to merger: inout BytePairMerger) {
    var unknowns = UnknownRun(fuses: fusesUnknown)
    for byte in word {
      if let token = byteTokens[Int(byte)] {
        unknowns.flush(to: &merger)
        merger.append(token)
      } else if let unknownToken {
        unknowns.append(unknownToken, to: &merger)
      }
    }
    unknowns.flush(to: &merger)
  }

  private func appendScalars(_ word: ArraySlice<UInt8>, to merger: inout BytePairMerger) {
    var unknowns = UnknownRun(fuses: fusesUnknown)
    for scalar in word.text.unicodeScalars {
      if let token = scalarTokens[scalar.value] {
        unknowns.flush(to: &merger)
        merger.append(token)
        continue
      }
      let fallback = UTF8.encode(scalar)?.map { byteTokens[Int($0)] } ?? []
      if !fallback.contains(nil) {
        // An unknown token before these bytes stays behind them, as it does in Hugging Face tokenizers.
        for token in fallback { if let token { merger.append(token) } }
      } else if let unknownToken {
        unknowns.append(unknownToken, to: &merger)
      }
    }
    unknowns.flush(to: &merger)
  }

  // MARK: Reading

  private static func merges(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> MergeTable {
    let values = try node.values()
    var table = MergeTable(capacity: values.count)
    for (rank, value) in values.enumerated() {
      // The first line of a merges.txt, which some files carry along.
      if case .text(let text) = value, text.bytes.starts(with: "#version".utf8) { continue }
      guard let (left, right) = pair(value) else {
        throw node.refusal("has at \(rank) something that is not two tokens; fetch the file again")
      }
      guard let leftToken = vocabulary.id(left), let rightToken = vocabulary.id(right),
        let token = vocabulary.id(ByteString(left.bytes + right.bytes))
      else {
        throw node.refusal(
          "joins \(quoted(left.text)) and \(quoted(right.text)) at \(rank), but model.vocab lacks one of them or the result"
        )
      }
      guard let rank = Int32(exactly: rank) else { throw node.refusal("has too many merges") }
      table[leftToken, rightToken] = Merge(rank: rank, token: token)
    }
    return table
  }

  private static func pair(_ value: JSONValue) -> (ByteString, ByteString)? {
    switch value {
    case .text(let text):
      let parts = text.bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      return parts.count == 2 ? (ByteString(parts[0]), ByteString(parts[1])) : nil
    case .list(let elements):
      guard elements.count == 2, case .text(let left) = elements[0], case .text(let right) = elements[1] else {
        return nil
      }
      return (left, right)
    default: return nil
    }
  }

  private static func unknownToken(
    _ node: JSONNode, _ vocabulary: Vocabulary, isNeeded: Bool
  ) throws -> Int32? {
    guard let unknown = try node.member("unk_token"), isNeeded else { return nil }
    guard let id = vocabulary.id(try unknown.text()) else {
      throw unknown.refusal("is \(quoted(try unknown.text())), which model.vocab lacks; fetch the file again")
    }
    return id
  }

  private static func scalarTokens(_ vocabulary: Vocabulary) -> [UInt32: Int32] {
    var tokens: [UInt32: Int32] = [:]
    for (spelling, id) in vocabulary.all where spelling.bytes.count <= 4 {
      let scalars = spelling.bytes.text.unicodeScalars
      if let scalar = scalars.first, scalars.count == 1 { tokens[scalar.value] = id }
    }
    return tokens
  }

  private static func wholeWords(_ vocabulary: Vocabulary, isByteLevel: Bool) -> [ByteString: Int32] {
    guard isByteLevel else { return vocabulary.all }
    var words: [ByteString: Int32] = [:]
    for (spelling, id) in vocabulary.all {
      if let bytes = ByteLevel.bytes(of: spelling.bytes.text) { words[ByteString(bytes)] = id }
    }
    return words
  }
}

/// Unknown tokens waiting to be written, as one if they are fused.
private struct UnknownRun {
  let fuses: Bool
  private var waiting: Int32?

  init(fuses: Bool) {
    self.fuses = fuses
  }

  mutating func append(_ token: Int32, to merger: inout BytePairMerger) {
    if !fuses { flush(to: &merger) }
    waiting = token
  }

  mutating func flush(to merger: inout BytePairMerger) {
    if let waiting { merger.append(waiting) }
    waiting = nil
  }
}
