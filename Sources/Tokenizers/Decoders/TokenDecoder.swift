/// Turns the spellings of tokens back into text: `decoder` of a tokenizer.json.
struct TokenDecoder: Sendable {
  private static let supported =
    "Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, WordPiece, BPEDecoder and CTC are"

  private let steps: [DecoderStep]
  private let separator: [UInt8]

  /// Reads the member `decoder`; without one the spellings are joined with spaces.
  init(_ node: JSONNode?) throws {
    steps = try node.map { try Self.steps($0) } ?? []
    if let node { try Replacement.check(steps.map(\.growth), at: node) }
    separator = node == nil ? [UInt8(ascii: " ")] : []
  }

  /// Returns the text of tokens with these spellings.
  func decode(_ spellings: [String]) -> String {
    var tokens = spellings.map { Array($0.utf8) }
    for step in steps { tokens = step.apply(to: tokens) }
    return tokens.joined(separator: separator).reduce(into: [UInt8]()) { $0.append($1) }.text
  }

  /// Returns the bytes that a token with this spelling adds to a text that has begun.
  func bytes(of spelling: String) -> [UInt8] {
    var token = Array(spelling.utf8)
    // What follows works on the text as a whole, and strips its ends.
    var isJoined = false
    for step in steps {
      token = step.bytes(of: token, isJoined: isJoined)
      if step.joins { isJoined = true }
    }
    return separator + token
  }

  private static func steps(_ node: JSONNode) throws -> [DecoderStep] {
    switch try node.type() {
    case "Sequence": return try node.required("decoders").list().flatMap { try steps($0) }
    case "ByteLevel": return [.byteLevel]
    case "Replace": return [.replace(try Replacement(node))]
    case "ByteFallback": return [.byteFallback]
    case "Fuse": return [.fuse]
    case "Strip":
      let content = try node.scalar("content")
      let start = try node.required("start").integer()
      return [.strip(content, start: start, stop: try node.required("stop").integer())]
    case "Metaspace": return [.metaspace(try Metaspace(node))]
    case "WordPiece": return [.parts(try WordParts(node))]
    case "BPEDecoder": return [.suffix(Array((try node.member("suffix")?.text() ?? "</w>").utf8))]
    case "CTC": return [.alignment(try AlignmentDecoder(node))]
    default: throw node.unsupportedType(supported)
    }
  }
}
