import Foundation

/// Changes text before it is cut into words: `normalizer` of a tokenizer.json.
struct Normalizer: Sendable {
  private enum Step {
    case prepend([UInt8])
    case replace(StringReplacement)
    case compose
  }

  private let steps: [Step]

  /// Reads the member `normalizer`; without one text stays as it is.
  init(_ node: JSONNode?) throws {
    steps = try node.map { try Self.steps($0) } ?? []
    let growth = steps.map { step in
      switch step {
      case .prepend(let prefix): return 1 + prefix.count
      case .replace(let replacement): return replacement.growth
      case .compose: return 1
      }
    }
    if let node { try StringReplacement.check(growth, at: node) }
  }

  func normalize(_ text: [UInt8]) -> [UInt8] {
    steps.reduce(text) { text, step in
      switch step {
      case .prepend(let prefix): return text.isEmpty ? text : prefix + text
      case .replace(let replacement): return replacement.apply(to: text)
      case .compose: return Self.composed(text)
      }
    }
  }

  // MARK: Reading

  private static func steps(_ node: JSONNode) throws -> [Step] {
    switch try node.type() {
    case "Sequence": return try node.required("normalizers").list().flatMap { try steps($0) }
    case "Prepend": return [.prepend(Array(try node.text("prepend").utf8))]
    case "Replace": return [.replace(try StringReplacement(node))]
    case "NFC": return [.compose]
    default: throw node.unsupportedType("Sequence, Prepend, Replace and NFC are")
    }
  }

  private static func composed(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    return Array(text.text.precomposedStringWithCanonicalMapping.utf8)
  }
}
