import Basics
import CSignals
import Foundation

/// A file that is in memory alone and has no name: it is gone when nobody has it open or mapped any more.
///
/// Other processes of this person on this machine can open it too while this object lives, and then see the same pages.
/// A page takes memory once somebody writes to it.
public final class MemoryFile: @unchecked Sendable {
  // @unchecked: the stored properties are constants.

  /// The file's size in bytes.
  public let byteCount: Int
  private let descriptor: Int32

  /// Makes a file of zeros; `WeightsError` where there cannot be so much memory. Sentences call it `name`.
  public init(byteCount: Int, name: String) throws {
    precondition(byteCount >= 0, "a number of bytes")
    let attempt = "cannot hold \(name.quotedName) in \(byteCount) bytes of memory"
    // A system that promises too much ends a process when the memory is used.
    let available = AvailableMemory.bytes ?? .max
    try check(
      byteCount <= available, "\(attempt): \(available) are available; use a machine with more, or end what takes them")
    let descriptor = locus_memory_file("locus")
    let code = errno
    try check(descriptor >= 0, "\(attempt): \(SystemError.reason(code)); use a Linux of 2014 or later")
    guard ftruncate(descriptor, byteCount) == 0 else {
      let code = errno
      close(descriptor)
      throw WeightsError("\(attempt): \(SystemError.reason(code)); use a machine with more")
    }
    self.byteCount = byteCount
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  // MARK: Other processes

  /// What another process of this machine needs to open the file: process and descriptor, and the file's device and
  /// number, by which it makes sure that it has found this file.
  public var address: [Int64] {
    var status = stat()
    precondition(fstat(descriptor, &status) == 0, "an open file can be examined")
    return [
      Int64(getpid()), Int64(descriptor), Int64(truncatingIfNeeded: status.st_dev),
      Int64(truncatingIfNeeded: status.st_ino), Int64(byteCount),
    ]
  }

  /// Opens the file that another process has; nil where the system does not show it, as from another container.
  public init?(at address: [Int64]) {
    guard address.count == 5 else { return nil }
    let descriptor = open("/proc/\(address[0])/fd/\(address[1])", O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int64(truncatingIfNeeded: status.st_dev) == address[2],
      Int64(truncatingIfNeeded: status.st_ino) == address[3], Int64(status.st_size) == address[4]
    else {
      close(descriptor)
      return nil
    }
    byteCount = Int(address[4])
    self.descriptor = descriptor
  }

  // MARK: Bytes

  /// Shows all bytes to `body`, which may write to them.
  public func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) throws -> Result {
    guard byteCount > 0 else { return try body(UnsafeMutableRawBufferPointer(start: nil, count: 0)) }
    let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    let code = errno
    try check(
      base != MAP_FAILED,
      "cannot map \(byteCount) bytes of memory: \(SystemError.reason(code)); check the limit on virtual memory")
    defer { munmap(base, byteCount) }
    return try body(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
  }

  /// The file as readers of weights want it, who call it `path`. Nobody may write to it from here on.
  public func mapped(as path: String) throws -> MappedFile {
    let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    let code = errno
    try check(own >= 0, "cannot open \(path.quotedName) a second time: \(SystemError.reason(code)); close other files")
    return try MappedFile(descriptor: own, path: path)
  }
}
