/// One step of a decoder: it changes the spellings of tokens, or joins them.
enum DecoderStep: Sendable {
  case byteLevel
  case replace(Replacement)
  case byteFallback
  case fuse
  case strip(Unicode.Scalar, start: Int, stop: Int)
  case metaspace(Metaspace)
  case parts(WordParts)
  /// What marks the ends of words; a space takes its place.
  case suffix([UInt8])
  case alignment(AlignmentDecoder)

  /// How many times longer the step can make a text, at least 1.
  var growth: Int {
    switch self {
    case .replace(let replacement): replacement.growth
    case .parts, .alignment: 2
    default: 1
    }
  }

  /// Whether the steps behind this one see one text in place of tokens.
  var joins: Bool {
    switch self {
    case .byteLevel, .fuse: true
    default: false
    }
  }

  // MARK: All tokens

  func apply(to tokens: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .byteLevel: [Array(tokens.flatMap { ByteLevel.bytes(of: $0.text) ?? $0 }.text.utf8)]
    case .replace(let replacement): tokens.map { Self.replaced($0, replacement) }
    case .byteFallback: Self.joinBytes(tokens)
    case .fuse: [Array(tokens.joined())]
    case .strip(let scalar, let start, let stop): tokens.map { Self.strip($0, scalar, start, stop) }
    case .metaspace(let metaspace): metaspace.decode(tokens)
    case .parts(let parts): tokens.enumerated().map { parts.decode($1, isFirst: $0 == 0) }
    case .suffix(let suffix):
      tokens.enumerated().map { $1.replacing(suffix, with: $0 == tokens.count - 1 ? [] : [UInt8(ascii: " ")]) }
    case .alignment(let alignment): alignment.decode(tokens)
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

  // MARK: One token

  /// What the step makes of one token inside a text; `isJoined` says that a step before has joined tokens.
  func bytes(of token: [UInt8], isJoined: Bool) -> [UInt8] {
    switch self {
    case .byteLevel: ByteLevel.bytes(of: token.text) ?? token
    case .replace(let replacement): Self.replaced(token, replacement)
    case .byteFallback: ByteToken.byte(of: token).map { [$0] } ?? token
    case .fuse: token
    case .strip(let scalar, let start, let stop): isJoined ? token : Self.strip(token, scalar, start, stop)
    case .metaspace(let metaspace): metaspace.decode(token, isFirst: false)
    case .parts(let parts): parts.decode(token, isFirst: false)
    case .suffix(let suffix): token.replacing(suffix, with: [UInt8(ascii: " ")])
    case .alignment(let alignment): alignment.decode(token)
    }
  }

  /// A text whose expression is given up stays as it is: what a model made is shown all the same.
  private static func replaced(_ token: [UInt8], _ replacement: Replacement) -> [UInt8] {
    (try? replacement.apply(to: token)) ?? token
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
