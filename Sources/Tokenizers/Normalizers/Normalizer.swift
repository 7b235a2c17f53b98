import Foundation

/// Changes text before it is cut into words: `normalizer` of a tokenizer.json.
struct Normalizer: Sendable {
  private enum Step {
    case prepend([UInt8])
    case replace(Replacement)
    case form(NormalForm)
    case lowercase
    case strip(left: Bool, right: Bool)
    case stripAccents
    case machineTranslation
    case characterMap(CharacterMap)
    case bert(BertNormalizer)
    case byteLevel

    /// How many times longer the step can make a text, at least 1.
    var growth: Int {
      switch self {
      case .prepend(let prefix): 1 + prefix.count
      case .replace(let replacement): replacement.growth
      case .form: NormalForm.growth
      case .characterMap(let map): map.growth
      case .bert: 3
      case .lowercase, .byteLevel: 2
      case .strip, .stripAccents, .machineTranslation: 1
      }
    }
  }

  private static let supported =
    "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Nmt, Precompiled, "
    + "BertNormalizer and ByteLevel are"

  private let steps: [Step]

  /// Reads the member `normalizer`; without one text stays as it is.
  init(_ node: JSONNode?) throws {
    steps = try node.map { try Self.steps($0) } ?? []
    if let node { try Replacement.check(steps.map(\.growth), at: node) }
  }

  /// Returns the normalized text; throws an `ExpressionFailure`.
  func normalize(_ text: [UInt8]) throws -> [UInt8] {
    try steps.reduce(text) { text, step in
      switch step {
      case .prepend(let prefix): text.isEmpty ? text : prefix + text
      case .replace(let replacement): try replacement.apply(to: text)
      case .form(let form): form.apply(to: text)
      case .lowercase: Self.lowercased(text)
      case .strip(let left, let right): Self.stripped(text, left: left, right: right)
      case .stripAccents: text.mapScalars { $0.isMark ? nil : $0 }
      case .machineTranslation: text.mapScalars(Self.plain)
      case .characterMap(let map): map.apply(to: text)
      case .bert(let bert): bert.apply(to: text)
      case .byteLevel: text.reduce(into: []) { ByteLevel.append(CollectionOfOne($1), to: &$0) }
      }
    }
  }

  // MARK: Reading

  private static func steps(_ node: JSONNode) throws -> [Step] {
    let type = try node.type()
    if let form = NormalForm(rawValue: type) { return [.form(form)] }
    switch type {
    case "Sequence": return try node.required("normalizers").list().flatMap { try steps($0) }
    case "Prepend": return [.prepend(Array(try node.text("prepend").utf8))]
    case "Replace": return [.replace(try Replacement(node))]
    case "Lowercase": return [.lowercase]
    case "Strip":
      let left = try node.flag("strip_left", default: true)
      return [.strip(left: left, right: try node.flag("strip_right", default: true))]
    case "StripAccents": return [.stripAccents]
    case "Nmt": return [.machineTranslation]
    case "Precompiled": return try characterMap(node).map { [.characterMap($0)] } ?? []
    case "BertNormalizer": return [.bert(try BertNormalizer(node))]
    case "ByteLevel": return [.byteLevel]
    default: throw node.unsupportedType(supported)
    }
  }

  /// Reads a 'Precompiled', nil where its map is empty.
  private static func characterMap(_ node: JSONNode) throws -> CharacterMap? {
    guard let member = try node.member("precompiled_charsmap"), try !member.text().isEmpty else { return nil }
    guard let data = Data(base64Encoded: try member.text()), let map = CharacterMap(Array(data)) else {
      throw member.refusal("is no map of characters of SentencePiece in base64; fetch the file again")
    }
    return map
  }

  // MARK: Steps

  /// Each scalar in lower case by itself: a final sigma is one like any other.
  static func lowercased(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in text.text.unicodeScalars { result += scalar.properties.lowercaseMapping.utf8 }
    return result
  }

  private static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
    var rest = Substring(text.text).unicodeScalars
    if left { rest = rest.drop { $0.isWhiteSpace } }
    while right, let last = rest.last, last.isWhiteSpace { rest.removeLast() }
    return Array(String(rest).utf8)
  }

  /// What SentencePiece's preparation for machine translation makes of a character: none of some controls, a space of
  /// what separates.
  private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: nil
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
    default: scalar
    }
  }
}
