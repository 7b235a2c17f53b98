/// The content of a llama2.c tokenizer.bin: int32 longest piece, then float32 score, int32 length and bytes of each
/// piece until the end of the file, all little-endian.
enum Llama2CVocabulary {
  struct Entry {
    let score: Float
    let piece: [UInt8]
  }

  /// Merges are found by trying all cuts of a piece, so that much longer ones would take long.
  private static let lengthLimit = 1024

  /// Reads the content of `file`.
  static func read(_ bytes: [UInt8], file: String) throws -> [Entry] {
    var offset = 0
    func integer() -> Int32? {
      guard bytes.count - offset >= 4 else { return nil }
      defer { offset += 4 }
      return (0..<4).reduce(0) { $0 | Int32(bitPattern: UInt32(bytes[offset + $1]) << (8 * UInt32($1))) }
    }
    func error(_ seen: String) -> TokenizerError {
      TokenizerError(file: file, "\(seen), so it is no llama2.c tokenizer.bin or a damaged one; fetch it again")
    }

    guard let longest = integer() else { throw error("it has only \(bytes.count) bytes") }
    guard longest > 0 else { throw error("it gives its longest piece \(longest) bytes") }
    var entries: [Entry] = []
    while offset < bytes.count {
      let place = "piece \(entries.count) at byte \(offset)"
      guard let score = integer(), let length = integer() else { throw error("\(place) is cut off") }
      guard (0...lengthLimit).contains(Int(length)) else {
        throw error("\(place) has a length of \(length), outside 0...\(lengthLimit)")
      }
      guard bytes.count - offset >= Int(length) else { throw error("\(place) is cut off") }
      let value = Float(bitPattern: UInt32(bitPattern: score))
      guard value.isFinite else { throw error("\(place) has the score \(value)") }
      entries.append(Entry(score: value, piece: Array(bytes[offset..<offset + Int(length)])))
      offset += Int(length)
      guard entries.count <= TokenIdentifier.limit else { throw error("it has over \(TokenIdentifier.limit) pieces") }
    }
    guard entries.count >= 3 else { throw error("it has \(entries.count) pieces, not at least 3") }
    return entries
  }
}
