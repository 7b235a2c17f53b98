/// SentencePiece's model files, which are messages of Protocol Buffers without a signature.
enum SentencePieceModel {
  /// Whether the bytes begin with two pieces: each a message in field 1, which has a text in its own field 1 and a
  /// score, a float32, in field 2.
  static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let second = endOfPiece(bytes, 0) else { return false }
    return endOfPiece(bytes, second) != nil
  }

  /// Pieces are short, so that both lengths are one byte.
  private static func endOfPiece(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
    let front = 4
    guard offset + front <= bytes.count, bytes[offset] == 0x0A, bytes[offset + 2] == 0x0A else { return nil }
    let (end, textEnd) = (offset + 2 + Int(bytes[offset + 1]), offset + front + Int(bytes[offset + 3]))
    guard bytes[offset + 1] < 0x80, textEnd < end, end <= bytes.count, bytes[textEnd] == 0x15 else { return nil }
    return end
  }
}

/// The vocabularies that llama2.c writes beside its models, which have no signature either.
enum Llama2CVocabularyFile {
  private static let pieceLimit = 16

  /// Whether the bytes begin with the greatest length of a piece, and with pieces of such lengths behind their scores.
  static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
    func integer(_ offset: Int) -> Int? {
      guard offset + 4 <= bytes.count else { return nil }
      return Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
    }
    guard let longest = integer(0), (1...4096).contains(longest) else { return false }
    var offset = 4
    var count = 0
    while count < pieceLimit, offset < bytes.count {
      guard let score = integer(offset), Float(bitPattern: UInt32(truncatingIfNeeded: score)).isPlainScore,
        let length = integer(offset + 4), (0...longest).contains(length), offset + 8 + length <= bytes.count
      else { return false }
      offset += 8 + length
      count += 1
    }
    return count > 2
  }
}

extension Float {
  /// Scores are logarithms or ranks; small whole numbers read as float32 would be far below these.
  fileprivate var isPlainScore: Bool { self == 0 || (abs(self) > 1e-6 && abs(self) < 1e9) }
}
