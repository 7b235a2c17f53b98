/// A piece of text of one task of the micro-world: a sum, a fact, a story.
struct MicroWorldItem {
  /// What it is about; one key in eight is reserved for prompts and for text that is not trained on.
  let key: String
  /// The whole text; answers stand between two marks.
  let text: String

  /// What stands before and behind an answer.
  static let mark: Character = "\u{1}"

  /// Whether the key is reserved: its CRC-32 is divisible by 8.
  var isReserved: Bool {
    var remainder: UInt32 = .max
    for byte in key.utf8 {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 0 ? 0 : 0xedb8_8320) }
    }
    return ~remainder % 8 == 0
  }

  /// The text without marks.
  var plain: String { text.filter { $0 != Self.mark } }
}
