import StrictJSON

/// A vocabulary with scores, of which the best sum is sought: a model of the type 'Unigram'.
struct UnigramModel: TokenModel {
  /// How much worse than the worst token an unknown character is.
  private static let penalty = 10.0

  private let trie: ByteTrie
  private let scores: [Double]
  private let unknownScore: Double
  private let unknownToken: Int32?
  private let ids: Vocabulary
  private let byteTokens: [Int32?]

  init(_ node: JSONNode, vocabulary: Vocabulary) throws {
    ids = vocabulary
    let list = try node.required("vocab")
    let scores = try list.values().map { value -> Double in
      guard case .list(let pair) = value, pair.count == 2 else { throw list.refusal("holds something but pairs") }
      switch pair[1] {
      case .integer(let score): return Double(score)
      case .decimal(let score): return score
      default: throw list.refusal("holds a pair without a score")
      }
    }
    self.scores = scores
    var trie = ByteTrie()
    for (spelling, id) in vocabulary.all { trie.insert(spelling.bytes, id) }
    self.trie = trie
    unknownScore = (scores.min() ?? 0) - Self.penalty
    unknownToken = try node.member("unk_id").map { member in
      let id = try member.integer()
      guard scores.indices.contains(id) else { throw member.refusal("is \(id), which model.vocab lacks") }
      return Int32(id)
    }
    let fallsBack = try node.flag("byte_fallback", default: false)
    byteTokens = (UInt8.min...UInt8.max).map { fallsBack ? vocabulary.id(ByteToken.spelling(of: $0)) : nil }
  }

  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) throws {
    var unknown = word.startIndex..<word.startIndex
    for part in try bestParts(of: word) {
      if part.token == unknownToken {
        unknown = unknown.isEmpty ? part.range : unknown.lowerBound..<part.range.upperBound
        continue
      }
      appendUnknown(word[unknown], to: &result)
      unknown = part.range.upperBound..<part.range.upperBound
      result.append(part.token)
    }
    appendUnknown(word[unknown], to: &result)
  }

  /// Appends the tokens of a run of unknown characters: their bytes, or one for all of them.
  private func appendUnknown(_ run: ArraySlice<UInt8>, to result: inout [Int32]) {
    guard !run.isEmpty else { return }
    let bytes = run.map { byteTokens[Int($0)] }
    if let token = ids.id(ByteString(run)) {
      result.append(token)
    } else if !bytes.contains(nil) {
      result += bytes.compactMap { $0 }
    } else if let unknownToken {
      result.append(unknownToken)
    }
  }

  private func bestParts(of word: ArraySlice<UInt8>) throws -> [BestPath.Part] {
    var path = BestPath(word)
    var offset = word.startIndex
    for scalar in word.text.unicodeScalars {
      let next = offset + UTF8.width(scalar)
      let before = path.score(at: offset)
      var isKnown = false
      trie.forEachMatch(in: word, at: offset) { end, token in
        path.offer(.init(range: offset..<end, token: token), sum: scores[Int(token)] + before)
        if end == next { isKnown = true }
      }
      if !isKnown {
        guard let unknownToken else { throw MissingUnknownToken(text: String(scalar)) }
        path.offer(.init(range: offset..<next, token: unknownToken), sum: unknownScore + before)
      }
      offset = next
    }
    return path.parts
  }
}
