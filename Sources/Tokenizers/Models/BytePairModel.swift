import StrictJSON

/// A byte-pair vocabulary with its merges: a model of the type 'BPE'.
struct BytePairModel: TokenModel {
  private let vocabulary: Vocabulary
  private let merges: MergeTable
  /// The tokens of single scalars; empty where a scalar's token depends on its place in the word.
  private let scalarTokens: ScalarTable
  /// What stands before every scalar of a word but the first.
  private let prefix: [UInt8]
  /// What stands behind the last scalar of a word.
  private let suffix: [UInt8]
  /// The tokens of single bytes, `<0x0A>`, if the file falls back to bytes.
  private let byteTokens: [Int32?]
  private let unknownToken: Int32?
  private let fusesUnknown: Bool
  /// Whether a word that is a token as it stands is taken whole, whatever the merges say.
  private let ignoresMerges: Bool

  init(_ node: JSONNode, vocabulary: Vocabulary) throws {
    switch try node.member("dropout")?.value {
    case nil, .integer(0), .decimal(0): break
    default: throw node.refusal("has a dropout, with which encoding would be random; set it to null")
    }
    self.vocabulary = vocabulary
    prefix = Array((try node.member("continuing_subword_prefix")?.text() ?? "").utf8)
    suffix = Array((try node.member("end_of_word_suffix")?.text() ?? "").utf8)
    scalarTokens = prefix.isEmpty && suffix.isEmpty ? ScalarTable(vocabulary.all) : ScalarTable([:])
    merges = try MergeList(node.required("merges"), vocabulary, prefix: prefix).table
    let fallsBack = try node.flag("byte_fallback", default: false)
    byteTokens = (UInt8.min...UInt8.max).map { fallsBack ? vocabulary.id(ByteToken.spelling(of: $0)) : nil }
    fusesUnknown = try node.flag("fuse_unk", default: false)
    ignoresMerges = try node.flag("ignore_merges", default: false)
    unknownToken = try node.member("unk_token").flatMap { vocabulary.id(try $0.text()) }
  }

  /// Takes a vocabulary that has a token for every byte-level character.
  init(vocabulary: Vocabulary, merges: MergeTable, ignoresMerges: Bool) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.ignoresMerges = ignoresMerges
    scalarTokens = ScalarTable(vocabulary.all)
    (prefix, suffix) = ([], [])
    byteTokens = Array(repeating: nil, count: 256)
    unknownToken = nil
    fusesUnknown = false
  }

  // MARK: Encoding

  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) throws {
    if ignoresMerges, let token = vocabulary.id(ByteString(word)) {
      result.append(token)
      return
    }
    try append(word, to: &merger)
    merger.merge(by: merges, into: &result)
  }

  private func append(_ word: ArraySlice<UInt8>, to merger: inout BytePairMerger) throws {
    var unknowns = UnknownRun(fuses: fusesUnknown)
    var offset = word.startIndex
    for scalar in word.text.unicodeScalars {
      let start = offset
      offset += UTF8.width(scalar)
      if let token = token(of: scalar, start..<offset, in: word) {
        unknowns.flush(to: &merger)
        merger.append(token)
        continue
      }
      let fallback = spelling(of: start..<offset, in: word).map { byteTokens[Int($0)] }
      if !fallback.contains(nil) {
        // An unknown token before these bytes stays behind them, as it does in Hugging Face tokenizers.
        for token in fallback { if let token { merger.append(token) } }
      } else if let unknownToken {
        unknowns.append(unknownToken, to: &merger)
      }
    }
    unknowns.flush(to: &merger)
  }

  private func token(of scalar: Unicode.Scalar, _ range: Range<Int>, in word: ArraySlice<UInt8>) -> Int32? {
    guard prefix.isEmpty && suffix.isEmpty else { return vocabulary.id(ByteString(spelling(of: range, in: word))) }
    return scalarTokens[scalar]
  }

  /// The bytes of a scalar with what stands before and behind it at its place in the word.
  private func spelling(of range: Range<Int>, in word: ArraySlice<UInt8>) -> [UInt8] {
    (range.lowerBound == word.startIndex ? [] : prefix) + word[range]
      + (range.upperBound == word.endIndex ? suffix : [])
  }
}

/// Unknown tokens not yet appended: several in a row are one where the file fuses them.
private struct UnknownRun {
  private let fuses: Bool
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
