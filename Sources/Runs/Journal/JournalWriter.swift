import Foundation

/// A rank's own file of a journal: finished units are appended whole, and flushed to disk now and then.
///
/// What was appended survives the end of the process at once, and the end of the machine from the next flush on.
public struct JournalWriter: ~Copyable, Sendable {
  /// The file's path.
  public let path: String
  private let descriptor: Int32
  private var end: Int
  private let flushInterval: Duration
  private var flushed: ContinuousClock.Instant
  private var isDirty = true

  /// Creates the file, which must not be there; it is flushed to disk every `flushInterval`.
  public init(path: String, header: JournalHeader, flushInterval: Duration) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunsError.system("cannot create \(path)", advice: "check that the output's folder can be written")
    }
    do {
      try JournalWriter.write(header.bytes, to: descriptor, at: 0, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    self.flushInterval = flushInterval
    flushed = .now
    end = header.bytes.count
  }

  deinit { close(descriptor) }

  /// Appends a unit; returns where its record begins.
  public mutating func append(_ record: JournalRecord) throws -> Int {
    let start = end
    let bytes = record.framed
    try JournalWriter.write(bytes, to: descriptor, at: start, path: path)
    end = start + bytes.count
    isDirty = true
    return start
  }

  /// Flushes what was appended to disk, if the last time is at least the flush interval ago.
  public mutating func flushIfDue() throws {
    guard isDirty, ContinuousClock.now - flushed >= flushInterval else { return }
    try flush()
  }

  /// Flushes what was appended to disk.
  public mutating func flush() throws {
    guard isDirty else { return }
    guard fsync(descriptor) == 0 else {
      throw RunsError.system("cannot hand \(path) to the disk", advice: "check the disk and run the same again")
    }
    isDirty = false
    flushed = .now
  }

  // MARK: Private

  private static func write(_ bytes: [UInt8], to descriptor: Int32, at start: Int, path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(start + written))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let failure = RunsError.system(
          "cannot write \(path)",
          advice: "all units that were finished before are safe; make room and run the same command again")
        // A record that is cut short would be dropped anyway; without it the file is as whole as before.
        _ = ftruncate(descriptor, off_t(start))
        throw failure
      }
      written += count
    }
  }
}
