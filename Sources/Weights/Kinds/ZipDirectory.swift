/// The central directory of a zip archive, with the extensions for large ones (PKWARE's APPNOTE 4.3 and 4.5.3).
public struct ZipDirectory {
  /// A member of the archive.
  public struct Entry {
    /// The member's name, with its folders.
    public let name: String
    /// How the member is packed; 0: stored as it is.
    public let method: Int
    /// Whether a password is needed to read it.
    public let isEncrypted: Bool
    /// The bytes of the member in the archive, which are inside it.
    public let range: Range<Int>
  }

  /// Why an archive is refused.
  public struct Damage: Error {
    /// A clause to follow "cannot read the archive FILE: ".
    public let problem: String
  }

  /// Members, at most.
  private static let entryLimit = 1 << 16

  /// The members, in the order of the directory.
  public let entries: [Entry]

  /// Reads the directory of an archive of these bytes; every member must be inside them.
  public init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
    let archive = ZipBytes(bytes)
    guard let end = ZipDirectory.end(of: archive) else {
      throw Damage(problem: "it is an archive without a directory at its end, so that it is cut short")
    }
    guard end.count <= ZipDirectory.entryLimit else { throw Damage(problem: "it claims \(end.count) members") }
    var entries: [Entry] = []
    var place = end.offset
    for _ in 0..<end.count {
      guard let record = ZipDirectory.record(at: place, in: archive),
        let entry = ZipDirectory.entry(record, at: place, in: archive)
      else {
        throw Damage(problem: "member \(entries.count + 1) of \(end.count) of its directory is not inside the archive")
      }
      entries.append(entry)
      place = record.next
    }
    self.entries = entries
  }

  /// Returns the names of the members, at most `limit` of them, as far as they can be read: that of the member at the
  /// beginning, which is there even where the end of the file is missing, and those of the directory. Nil when the
  /// bytes are no zip archive.
  static func names(in bytes: UnsafeRawBufferPointer, limit: Int) -> [String]? {
    let archive = ZipBytes(bytes)
    guard archive.is(memberSignature, at: 0) || archive.is(endSignature, at: 0) else { return nil }
    var names = [archive.number(2, at: 26).flatMap { archive.text($0, at: 30) }].compactMap { $0 }
    guard var place = end(of: archive)?.offset else { return names }
    while names.count < limit, let record = record(at: place, in: archive) {
      names.append(record.name)
      place = record.next
    }
    return names
  }

  // MARK: Records

  private static let memberSignature = 0x0403_4B50
  private static let entrySignature = 0x0201_4B50
  private static let endSignature = 0x0605_4B50

  /// How many members the directory has, and where it begins.
  private static func end(of archive: ZipBytes) -> (count: Int, offset: Int)? {
    // A comment of up to 65,535 bytes may stand behind the record of 22.
    let last = archive.count - 22
    guard last >= 0,
      let place = (max(0, last - 65_535)...last).reversed().first(where: { archive.is(endSignature, at: $0) }),
      let count = archive.number(2, at: place + 10), let offset = archive.number(4, at: place + 16)
    else { return nil }
    guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return (count, offset) }
    guard archive.is(0x0706_4B50, at: place - 20), let large = archive.number(8, at: place - 12),
      archive.is(0x0606_4B50, at: large), let count = archive.number(8, at: large + 32),
      let offset = archive.number(8, at: large + 48)
    else { return nil }
    return (count, offset)
  }

  /// The name in a record of the directory, where its extra fields are, and where the next record begins.
  private static func record(
    at place: Int, in archive: ZipBytes
  ) -> (name: String, extra: Range<Int>, next: Int)? {
    guard archive.is(entrySignature, at: place), let nameLength = archive.number(2, at: place + 28),
      let extraLength = archive.number(2, at: place + 30), let commentLength = archive.number(2, at: place + 32),
      let name = archive.text(nameLength, at: place + 46)
    else { return nil }
    let extra = place + 46 + nameLength
    return (name, extra..<extra + extraLength, extra + extraLength + commentLength)
  }

  private static func entry(
    _ record: (name: String, extra: Range<Int>, next: Int), at place: Int, in archive: ZipBytes
  ) -> Entry? {
    guard let flags = archive.number(2, at: place + 8), let method = archive.number(2, at: place + 10),
      var packed = archive.number(4, at: place + 20), let plain = archive.number(4, at: place + 24),
      var local = archive.number(4, at: place + 42)
    else { return nil }
    if [packed, plain, local].contains(0xFFFF_FFFF) {
      guard var field = wideField(record.extra, in: archive) else { return nil }
      // The field holds those that do not fit, in this order.
      if plain == 0xFFFF_FFFF { field += 8 }
      if packed == 0xFFFF_FFFF {
        guard let wide = archive.number(8, at: field) else { return nil }
        packed = wide
        field += 8
      }
      if local == 0xFFFF_FFFF {
        guard let wide = archive.number(8, at: field) else { return nil }
        local = wide
      }
    }
    guard archive.is(memberSignature, at: local), let localName = archive.number(2, at: local + 26),
      let localExtra = archive.number(2, at: local + 28)
    else { return nil }
    let start = local + 30 + localName + localExtra
    guard start <= archive.count, packed <= archive.count - start else { return nil }
    return Entry(
      name: record.name, method: method, isEncrypted: flags & 1 != 0, range: start..<start + packed)
  }

  /// Where the numbers of 8 bytes are among the extra fields.
  private static func wideField(_ fields: Range<Int>, in archive: ZipBytes) -> Int? {
    var place = fields.lowerBound
    while place + 4 <= fields.upperBound, let kind = archive.number(2, at: place),
      let length = archive.number(2, at: place + 2)
    {
      if kind == 1 { return place + 4 }
      place += 4 + length
    }
    return nil
  }
}

/// Little-endian numbers of an archive; nil for whatever is not inside.
private struct ZipBytes {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var count: Int { bytes.count }

  func number(_ size: Int, at place: Int) -> Int? {
    guard place >= 0, place <= count - size else { return nil }
    let value = bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }

  func `is`(_ signature: Int, at place: Int) -> Bool { number(4, at: place) == signature }

  func text(_ length: Int, at place: Int) -> String? {
    guard place >= 0, place <= count - length else { return nil }
    return String(decoding: bytes[place..<place + length], as: UTF8.self)
  }
}
