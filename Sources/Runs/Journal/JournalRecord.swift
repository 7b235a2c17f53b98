import Basics

/// A finished unit as it stands in a journal: its length, its number, its time, its bytes, and a checksum of all that.
public struct JournalRecord: Equatable, Sendable {
  /// Before the bytes: their number, the unit, and its seconds.
  static let frontByteCount = 24

  /// The unit's number.
  public let unit: Int
  /// Seconds by the wall that the unit took.
  public let seconds: Double
  /// The bytes that the unit gave, such as its phenotypes.
  public let bytes: [UInt8]

  /// Takes what a unit took and what it gave.
  public init(unit: Int, seconds: Double, bytes: [UInt8]) {
    self.unit = unit
    self.seconds = seconds
    self.bytes = bytes
  }

  /// The whole record.
  var framed: [UInt8] {
    var framed: [UInt8] = []
    framed.reserveCapacity(JournalRecord.framedByteCount(bytes.count))
    framed += UInt64(bytes.count).littleEndianBytes
    framed += UInt64(unit).littleEndianBytes
    framed += seconds.bitPattern.littleEndianBytes
    framed += bytes
    framed += Checksum.of(framed[...])
    return framed
  }

  /// Bytes of a whole record of a unit that gave `count` bytes.
  static func framedByteCount(_ count: Int) -> Int { frontByteCount + count + Checksum.byteCount }

  /// What the front of a record says.
  struct Front {
    let byteCount: UInt64
    let unit: UInt64
    let seconds: Double

    init(bytes: ArraySlice<UInt8>) {
      let bytes = Array(bytes)
      byteCount = UInt64(littleEndianBytes: bytes[0..<8])
      unit = UInt64(littleEndianBytes: bytes[8..<16])
      seconds = Double(bitPattern: UInt64(littleEndianBytes: bytes[16..<24]))
    }
  }

  /// Reads a whole record; nil if its checksum or its length is not right.
  init?(framed: [UInt8]) {
    let body = framed.dropLast(Checksum.byteCount)
    guard body.count >= JournalRecord.frontByteCount, Checksum.of(body) == framed.suffix(Checksum.byteCount) else {
      return nil
    }
    let front = Front(bytes: body.prefix(JournalRecord.frontByteCount))
    let bytes = Array(body.dropFirst(JournalRecord.frontByteCount))
    guard front.byteCount == UInt64(bytes.count), let unit = Int(exactly: front.unit) else { return nil }
    self.init(unit: unit, seconds: front.seconds, bytes: bytes)
  }
}
