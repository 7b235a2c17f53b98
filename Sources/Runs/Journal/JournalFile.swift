import Foundation

/// A file of a journal as it was found: whose it is, and where its whole records are.
///
/// A record that was cut short, as by the end of the process that wrote it, is dropped with all behind it.
public struct JournalFile: Sendable {
  /// One record of the file.
  public struct Entry: Equatable, Sendable {
    /// The unit's number.
    public let unit: Int
    /// Bytes of the file before the record.
    public let offset: Int
    /// How many bytes the unit gave.
    public let byteCount: Int
  }

  /// Nil if the file was cut short before its header was whole; then there are no entries.
  public let header: JournalHeader?
  /// The whole records, in the order of the file.
  public let entries: [Entry]
  /// The number of bytes behind the last whole record, which are ignored.
  public let droppedByteCount: Int

  /// Reads the whole file; `isPlausible` says whether a unit of this number has so many bytes. With `checkingSums`
  /// false records are believed by their fronts alone, and no more than those are read.
  public init(
    path: String, checkingSums: Bool = true, isPlausible: (_ unit: Int, _ byteCount: Int) -> Bool = { _, _ in true }
  ) throws {
    let source = try Source(path: path)
    guard let front = try source.read(at: 0, count: JournalHeader.byteCount),
      let header = JournalHeader(bytes: front[...])
    else {
      header = nil
      entries = []
      droppedByteCount = source.byteCount
      return
    }
    var entries: [Entry] = []
    var offset = JournalHeader.byteCount
    while let entry = try JournalFile.entry(
      of: source, at: offset, checkingSums: checkingSums, isPlausible: isPlausible)
    {
      entries.append(entry)
      offset += JournalRecord.framedByteCount(entry.byteCount)
    }
    self.header = header
    self.entries = entries
    droppedByteCount = source.byteCount - offset
  }

  /// The record that begins at a byte of a file, of the length that its front gives.
  public static func record(path: String, offset: Int) throws -> JournalRecord {
    let source = try Source(path: path)
    let front = try source.read(at: offset, count: JournalRecord.frontByteCount).map {
      JournalRecord.Front(bytes: $0[...])
    }
    let isShorter = front.map { $0.byteCount <= UInt64(source.byteCount) } ?? false
    return try record(path: path, offset: offset, byteCount: isShorter ? Int(front?.byteCount ?? 0) : source.byteCount)
  }

  /// The record at a place that an entry named.
  public static func record(path: String, offset: Int, byteCount: Int) throws -> JournalRecord {
    let framed = try Source(path: path).read(at: offset, count: JournalRecord.framedByteCount(byteCount))
    guard let framed, let record = JournalRecord(framed: framed) else {
      throw RunsError(
        "cannot read \(path) at byte \(offset): the unit there is not what was written; check the disk, "
          + "delete this file and run the same command again")
    }
    return record
  }

  private static func entry(
    of source: borrowing Source, at offset: Int, checkingSums: Bool,
    isPlausible: (_ unit: Int, _ byteCount: Int) -> Bool
  ) throws -> Entry? {
    guard let bytes = try source.read(at: offset, count: JournalRecord.frontByteCount) else { return nil }
    let front = JournalRecord.Front(bytes: bytes[...])
    // A length that is not the unit's, or longer than the file, is not believed.
    guard let unit = Int(exactly: front.unit), front.byteCount <= UInt64(source.byteCount),
      case let count = Int(front.byteCount), isPlausible(unit, count)
    else { return nil }
    let whole = JournalRecord.framedByteCount(count)
    guard offset + whole <= source.byteCount else { return nil }
    if checkingSums {
      guard let framed = try source.read(at: offset, count: whole), JournalRecord(framed: framed) != nil else {
        return nil
      }
    }
    return Entry(unit: unit, offset: offset, byteCount: count)
  }
}

/// A file that is read in pieces.
private struct Source: ~Copyable {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  init(path: String) throws {
    let advice = "check the path and the permissions"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RunsError.system("cannot read \(path)", advice: advice) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = RunsError.system("cannot examine \(path)", advice: advice)
      close(descriptor)
      throw failure
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Nil where the file is too short.
  func read(at offset: Int, count: Int) throws -> [UInt8]? {
    guard offset + count <= byteCount else { return nil }
    var failure: RunsError?
    var isCut = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let got = pread(descriptor, rest.baseAddress, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = RunsError.system("cannot read \(path)", advice: "check the disk and run again") }
        if got == 0 { isCut = true }
        guard got > 0 else { return }
        filled += got
      }
    }
    if let failure { throw failure }
    return isCut ? nil : bytes
  }
}
