/// The central directory of a zip archive, with the extensions for large ones (PKWARE's APPNOTE 4.3 and 4.5.3).
struct ZipDirectory {
  struct Entry {
    let name: String
    /// 0: stored as it is.
    let method: Int
    let isEncrypted: Bool
    /// The bytes of the member in the archive.
    let range: Range<Int>
  }

  /// Why an archive is refused, a clause.
  struct Refusal: Error {
    let problem: String
  }

  /// Members, at most.
  private static let entryLimit = 1 << 16

  let entries: [Entry]

  init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
    let archive = ZipBytes(bytes)
    guard let end = ZipDirectory.end(of: archive) else {
      throw Refusal(problem: "it is an archive without a directory at its end, so that it is cut short")
    }
    guard end.count <= ZipDirectory.entryLimit else { throw Refusal(problem: "it claims \(end.count) members") }
    var entries: [Entry] = []
    var place = end.offset
    for _ in 0..<end.count {
      guard let (entry, next) = ZipDirectory.entry(at: place, in: archive) else {
        throw Refusal(problem: "member \(entries.count + 1) of \(end.count) of its directory is not inside the archive")
      }
      entries.append(entry)
      place = next
    }
    self.entries = entries
  }

  // MARK: Records

  /// How many members the directory has, and where it begins.
  private static func end(of archive: ZipBytes) -> (count: Int, offset: Int)? {
    // A comment of up to 65,535 bytes may stand behind the record of 22.
    let last = archive.count - 22
    guard last >= 0,
      let place = (max(0, last - 65_535)...last).reversed().first(where: { archive.is(0x0605_4B50, at: $0) })
    else { return nil }
    guard let count = archive.number(2, at: place + 10), let offset = archive.number(4, at: place + 16) else {
      return nil
    }
    guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return (count, offset) }
    guard archive.is(0x0706_4B50, at: place - 20), let large = archive.number(8, at: place - 12),
      archive.is(0x0606_4B50, at: large), let count = archive.number(8, at: large + 32),
      let offset = archive.number(8, at: large + 48)
    else { return nil }
    return (count, offset)
  }

  private static func entry(at place: Int, in archive: ZipBytes) -> (Entry, next: Int)? {
    guard archive.is(0x0201_4B50, at: place), let flags = archive.number(2, at: place + 8),
      let method = archive.number(2, at: place + 10), var packed = archive.number(4, at: place + 20),
      let plain = archive.number(4, at: place + 24), let nameLength = archive.number(2, at: place + 28),
      let extraLength = archive.number(2, at: place + 30), let commentLength = archive.number(2, at: place + 32),
      var local = archive.number(4, at: place + 42), let name = archive.text(nameLength, at: place + 46)
    else { return nil }
    let extra = place + 46 + nameLength
    if [packed, plain, local].contains(0xFFFF_FFFF) {
      guard var field = wideField(extra..<extra + extraLength, in: archive) else { return nil }
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
    guard archive.is(0x0403_4B50, at: local), let localName = archive.number(2, at: local + 26),
      let localExtra = archive.number(2, at: local + 28)
    else { return nil }
    let start = local + 30 + localName + localExtra
    guard start <= archive.count, packed <= archive.count - start else { return nil }
    return (
      Entry(name: name, method: method, isEncrypted: flags & 1 != 0, range: start..<start + packed),
      extra + extraLength + commentLength
    )
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
