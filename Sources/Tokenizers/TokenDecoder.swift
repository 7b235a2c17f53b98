/// Turns the spellings of tokens back into text: `decoder` of a tokenizer.json.
struct TokenDecoder: Sendable {
  private enum Step {
    case byteLevel
    case replace(StringReplacement)
    case byteFallback
    case fuse
    case strip(Unicode.Scalar, start: Int, stop: Int)
    case metaspace(Metaspace)
  }

  private let steps: [Step]
  private let separator: [UInt8]

  /// Reads the member `decoder`; without one the spellings are joined with spaces.
  init(_ node: JSONNode?) throws {
    steps = try node.map { try Self.steps($0) } ?? []
    let growth = steps.map { if case .replace(let replacement) = $0 { replacement.growth } else { 1 } }
    if let node { try StringReplacement.check(growth, at: node) }
    separator = node == nil ? [UInt8(ascii: " ")] : []
  }

  /// Returns the text of tokens with these spellings.
  func decode(_ spellings: [String]) -> String {
    var tokens = spellings.map { Array($0.utf8) }
    for step in steps { tokens = Self.apply(step, to: tokens) }
    return tokens.joined(separator: separator).reduce(into: [UInt8]()) { $0.append($1) }.text
  }

  /// Returns the bytes that a token with this spelling adds to a text that has begun.
  func bytes(of spelling: String) -> [UInt8] {
    var token = Array(spelling.utf8)
    // What follows works on the text as a whole, and strips its ends.
    var isJoined = false
    for step in steps {
      switch step {
      case .byteLevel:
        token = ByteLevel.bytes(of: token.text) ?? token
        isJoined = true
      case .replace(let replacement): token = replacement.apply(to: token)
      case .byteFallback: token = ByteToken.byte(of: token).map { [$0] } ?? token
      case .fuse: isJoined = true
      case .strip(let scalar, let start, let stop):
        if !isJoined { token = Self.strip(token, scalar, start, stop) }
      case .metaspace(let metaspace): token = metaspace.decode(token, isFirst: false)
      }
    }
    return separator + token
  }

  // MARK: Reading

  private static func steps(_ node: JSONNode) throws -> [Step] {
    switch try node.type() {
    case "Sequence": return try node.required("decoders").list().flatMap { try steps($0) }
    case "ByteLevel": return [.byteLevel]
    case "Replace": return [.replace(try StringReplacement(node))]
    case "ByteFallback": return [.byteFallback]
    case "Fuse": return [.fuse]
    case "Strip":
      let content = try node.text("content")
      guard let scalar = content.unicodeScalars.first, content.unicodeScalars.count == 1 else {
        throw node.refusal("has the content \(quoted(content)); only one character is possible")
      }
      let start = try node.required("start").integer()
      return [.strip(scalar, start: start, stop: try node.required("stop").integer())]
    case "Metaspace": return [.metaspace(try Metaspace(node))]
    default:
      throw node.unsupportedType("Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip and Metaspace are")
    }
  }

  // MARK: Steps

  private static func apply(_ step: Step, to tokens: [[UInt8]]) -> [[UInt8]] {
    switch step {
    case .byteLevel: return [Array(tokens.flatMap { ByteLevel.bytes(of: $0.text) ?? $0 }.text.utf8)]
    case .replace(let replacement):
      return tokens.map { replacement.apply(to: $0) }
    case .byteFallback: return joinBytes(tokens)
    case .fuse: return [Array(tokens.joined())]
    case .strip(let scalar, let start, let stop): return tokens.map { strip($0, scalar, start, stop) }
    case .metaspace(let metaspace): return metaspace.decode(tokens)
    }
  }

  /// Joins runs of byte tokens (`<0x0A>`); a run that is not UTF-8 becomes one U+FFFD for each byte.
  private static func joinBytes(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func text(of run: [UInt8]) -> [[UInt8]] {
      if run.isEmpty { return [] }
      if String(validating: run, as: UTF8.self) != nil { return [run] }
      return run.map { _ in Array("\u{FFFD}".utf8) }
    }
    for token in tokens {
      if let byte = ByteToken.byte(of: token) {
        run.append(byte)
      } else {
        result += text(of: run)
        run = []
        result.append(token)
      }
    }
    return result + text(of: run)
  }

  /// Cuts up to `start` scalars equal to `scalar` off the front and up to `stop` off the back.
  private static func strip(_ token: [UInt8], _ scalar: Unicode.Scalar, _ start: Int, _ stop: Int) -> [UInt8] {
    var rest = Substring(token.text).unicodeScalars
    var count = 0
    while count < start, rest.first == scalar {
      rest.removeFirst()
      count += 1
    }
    count = 0
    while count < stop, rest.last == scalar {
      rest.removeLast()
      count += 1
    }
    return Array(String(rest).utf8)
  }
}
