/// The words of a text by the recipe for comparing continuations: lower case, without . , ! and ?, split at white
/// space.
public struct Words: Sendable {
  /// All words one after the other, UTF-8.
  private var bytes: [UInt8] = []
  /// The end of each word in `bytes`.
  private var ends: [Int] = []

  /// Begins without words.
  public init() {}

  /// Reads the words of a text.
  public init(_ text: String) { read(text) }

  /// How many words there are.
  public var count: Int { ends.count }

  /// The UTF-8 of a word.
  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]] }

  /// The words in order.
  public var strings: [String] { (0..<count).map { String(decoding: self[$0], as: UTF8.self) } }

  /// Takes the words of another text in place of these.
  public mutating func read(_ text: String) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    let isASCII = text.utf8.withContiguousStorageIfAvailable { read(ascii: $0) } ?? false
    if !isASCII { read(scalars: text.lowercased()) }
    endWord()
  }

  /// The short way for the texts that are ASCII alone; false for others.
  private mutating func read(ascii text: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in text {
      switch byte {
      case 0x80...:
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        return false
      case 0x09...0x0d, 0x1c...0x20: endWord()
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "?"): continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
      default: bytes.append(byte)
      }
    }
    return true
  }

  private mutating func read(scalars text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      // Four control characters are white space to Python's split, by which the recipe was first run.
      case "\u{1c}"..."\u{1f}": endWord()
      case ".", ",", "!", "?": continue
      case _ where scalar.properties.isWhitespace: endWord()
      default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
  }

  private mutating func endWord() { if bytes.count > ends.last ?? 0 { ends.append(bytes.count) } }
}
