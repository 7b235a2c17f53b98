/// A map of characters as SentencePiece compiles it, `precompiled_charsmap`: what stands in the place of what.
///
/// It holds uint32 size of a trie, the trie's units, and texts that end in a zero byte, all little-endian. The trie is
/// a double array: a unit has the label of the byte that leads to it and the offset from which the next byte goes on.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let texts: [UInt8]

  /// How many times longer the map can make a text, at least 1.
  let growth: Int

  /// Reads a map; nil if `bytes` are none.
  init?(_ bytes: [UInt8]) {
    func unit(_ index: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) } }
    guard bytes.count > 4 else { return nil }
    let size = Int(unit(0))
    guard size > 0, size.isMultiple(of: 4), size <= bytes.count - 4 else { return nil }
    units = stride(from: 4, to: 4 + size, by: 4).map(unit)
    texts = Array(bytes[(4 + size)...])
    growth = max(1, texts.split(separator: 0).lazy.map(\.count).max() ?? 1)
  }

  /// What stands in the place of a beginning of a text.
  struct Match {
    /// How many bytes it takes the place of.
    let length: Int
    let text: ArraySlice<UInt8>
  }

  /// Returns the matches at the beginning of `text`, the shortest first.
  func matches(at text: ArraySlice<UInt8>) -> [Match] {
    var matches: [Match] = []
    var place = offset(of: units[0])
    for (index, byte) in text.enumerated() {
      place ^= Int(byte)
      guard byte != 0, units.indices.contains(place), units[place] & 0x8000_00FF == UInt32(byte) else { break }
      let isEnd = units[place] >> 8 & 1 == 1
      place ^= offset(of: units[place])
      guard isEnd else { continue }
      guard units.indices.contains(place), let text = self.text(at: Int(units[place] & 0x7FFF_FFFF)) else { break }
      matches.append(Match(length: index + 1, text: text))
    }
    return matches
  }

  /// Maps `text` as Hugging Face tokenizers do: a cluster of fewer than 6 bytes as a whole if it begins with something
  /// that is mapped, or else scalar by scalar.
  func apply(to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for cluster in text.text {
      let bytes = Array(cluster.utf8)
      // That library takes the shortest of several matches.
      if bytes.count < 6, let match = matches(at: bytes[...]).first {
        result += match.text
        continue
      }
      for scalar in cluster.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        result += matches(at: bytes[...]).first?.text ?? bytes[...]
      }
    }
    return result
  }

  private func offset(of unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }

  private func text(at start: Int) -> ArraySlice<UInt8>? {
    guard start < texts.count else { return nil }
    return texts[start...].prefix { $0 != 0 }
  }
}
