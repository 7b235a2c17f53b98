import Basics
import CSignals
import Foundation

#if _endian(big)
  #error("weight files are little-endian and are used in place")
#endif

/// A regular file mapped into memory for reading; every process that maps it shares the same pages.
///
/// The file must not be changed while it is mapped. Touching a page that is no longer there ends the process, with a
/// sentence that names the file where the executable has installed the guard of `CSignals`; other changes
/// `checkUnchanged` finds.
public final class MappedFile: @unchecked Sendable {
  // @unchecked: the stored properties are constants, and the memory behind `bytes` is mapped without write access.

  /// The file's path.
  public let path: String
  /// The whole file, valid while this object lives; without a base address when the file is empty.
  public let bytes: UnsafeRawBufferPointer
  private let descriptor: Int32
  private let modified: timespec

  /// Maps the file at `path`; `WeightsError` when it cannot be opened, is not a regular file or cannot be mapped.
  public convenience init(path: String) throws {
    try check(!path.utf8.contains(0), "cannot open \(path.quotedName): the path holds a zero byte; check the name")
    // Without O_NONBLOCK opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    let code = errno
    try check(
      descriptor >= 0, "cannot open \(path.quotedName): \(SystemError.reason(code)); check the path and the permissions"
    )
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps an open file, whose descriptor belongs to this object from here on; sentences call it `path`.
  init(descriptor: Int32, path: String) throws {
    do {
      let status = try Self.examine(descriptor, path)
      try check(
        status.st_mode & S_IFMT == S_IFREG,
        "cannot map \(path.quotedName): it is not a regular file; name the file that holds the weights")
      bytes = try Self.map(descriptor, path, byteCount: Int(status.st_size))
      modified = status.st_mtim
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    if let base = bytes.baseAddress {
      locus_guard_remove(base)
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
    close(descriptor)
  }

  /// The file's size in bytes.
  public var byteCount: Int { bytes.count }

  /// The last component of the path.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Throws `WeightsError` if the file has another size, or was written to, since it was opened.
  ///
  /// A file that was deleted or replaced by another of its name lives on here and is unchanged.
  public func checkUnchanged() throws {
    let status = try Self.examine(descriptor, path)
    try check(
      Int(status.st_size) == byteCount && status.st_mtim.tv_sec == modified.tv_sec
        && status.st_mtim.tv_nsec == modified.tv_nsec,
      "cannot trust \(path.quotedName): it was written to while it was in use; restore the file and run the same "
        + "command again")
  }

  // MARK: Opening

  private static func examine(_ descriptor: Int32, _ path: String) throws -> stat {
    var status = stat()
    let isExamined = fstat(descriptor, &status) == 0
    let code = errno
    try check(isExamined, "cannot examine \(path.quotedName): \(SystemError.reason(code)); try again")
    return status
  }

  private static func map(_ descriptor: Int32, _ path: String, byteCount: Int) throws -> UnsafeRawBufferPointer {
    guard byteCount > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let address = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
    let code = errno
    try check(
      address != MAP_FAILED,
      "cannot map the \(byteCount) bytes of \(path.quotedName): \(SystemError.reason(code)); check the limit on "
        + "virtual memory"
    )
    // Where memory is too short to remember it, only the sentence would be missing.
    _ = locus_guard_add(address, byteCount, path.quotedName)
    return UnsafeRawBufferPointer(start: address, count: byteCount)
  }
}
