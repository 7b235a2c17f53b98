import Foundation

/// The folder of this process for readers that want paths, in memory where the system has such a place.
///
/// It is the caller's to remove: a process that a finding ends can not.
enum ScratchFolder {
  static let path: String = {
    let parent = ProcessInfo.processInfo.environment["LOCUS_FUZZ_FOLDER"] ?? NSTemporaryDirectory()
    let path = parent + "/\(getpid())"
    precondition(mkdir(path, 0o700) == 0, "cannot make the folder \(path)")
    return path
  }()

  /// Writes the file `name` anew, with `bytes` and then a hole up to `size`, and returns its path.
  ///
  /// A file that is there is removed and not shortened, because it may still be mapped.
  @discardableResult
  static func write(_ bytes: UnsafeRawBufferPointer, _ name: String, size: Int? = nil) -> String {
    let file = path + "/" + name
    remove(name)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    let isWhole = descriptor >= 0 && Foundation.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
    precondition(isWhole && (size.map { ftruncate(descriptor, $0) == 0 } ?? true), "cannot write \(file)")
    close(descriptor)
    return file
  }

  @discardableResult
  static func write(_ text: String, _ name: String) -> String {
    Array(text.utf8).withUnsafeBytes { write($0, name) }
  }

  static func remove(_ name: String) { unlink(path + "/" + name) }
}

extension UnsafeRawBufferPointer {
  /// This input as the contents of several files of text, which the byte FF, never part of a text, keeps apart.
  var parts: [UnsafeRawBufferPointer] {
    split(separator: 0xFF, maxSplits: 7, omittingEmptySubsequences: false).map { UnsafeRawBufferPointer(rebasing: $0) }
  }
}
