import Basics

#if _endian(big)
  #error("journals are little-endian and are read and written in place")
#endif

/// What stands at the beginning of each file of a journal: which plan and model its units are of, and who did them.
public struct JournalHeader: Equatable, Sendable {
  static let magic = Array("locusjn1".utf8)
  /// Magic, two digests of 64 digits, start, rank, and a checksum.
  static let byteCount = 8 + 64 + 64 + 8 + 8 + Checksum.byteCount

  /// The SHA-256 of the plan: 64 hexadecimal digits.
  public let planSHA256: String
  /// The SHA-256 of the model: 64 hexadecimal digits.
  public let modelSHA256: String
  /// The start that wrote the file, counted from 1.
  public let start: Int
  /// The rank that writes the file.
  public let rank: Int

  /// Takes digests of 64 hexadecimal digits, and who writes.
  public init(planSHA256: String, modelSHA256: String, start: Int, rank: Int) {
    precondition(planSHA256.utf8.count == 64 && modelSHA256.utf8.count == 64, "a digest has 64 digits")
    self.planSHA256 = planSHA256
    self.modelSHA256 = modelSHA256
    self.start = start
    self.rank = rank
  }

  /// Reads a header; nil if these are not the bytes of one, as where a file was torn in its first moment.
  init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count == JournalHeader.byteCount, bytes.starts(with: JournalHeader.magic) else { return nil }
    let body = bytes.dropLast(Checksum.byteCount)
    guard Checksum.of(body) == bytes.suffix(Checksum.byteCount) else { return nil }
    let digits = body.dropFirst(8)
    planSHA256 = String(decoding: digits.prefix(64), as: UTF8.self)
    modelSHA256 = String(decoding: digits.dropFirst(64).prefix(64), as: UTF8.self)
    let numbers = Array(digits.dropFirst(128))
    start = Int(truncatingIfNeeded: UInt64(littleEndianBytes: numbers[0..<8]))
    rank = Int(truncatingIfNeeded: UInt64(littleEndianBytes: numbers[8..<16]))
  }

  var bytes: [UInt8] {
    let body =
      JournalHeader.magic + Array(planSHA256.utf8) + Array(modelSHA256.utf8) + UInt64(start).littleEndianBytes
      + UInt64(rank).littleEndianBytes
    return body + Checksum.of(body[...])
  }
}

/// The first bytes of a SHA-256: enough to tell a torn record from a whole one.
enum Checksum {
  static let byteCount = 16

  static func of(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.withUnsafeBytes { SHA256.digest(of: [$0]) }.prefix(byteCount)
  }
}
