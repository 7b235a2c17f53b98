import Foundation

/// Reads whole files of strangers into memory, up to a size.
package enum BoundedFile {
  /// The bytes of the regular file at `path`; an error when it cannot be read or holds more than `limit` bytes.
  package static func read(path: String, limit: Int) throws -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw TextFileError.input(path.quoted, "cannot read this file: its name holds a zero byte; check the name")
    }
    // Without O_NONBLOCK opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw TextFileError.input(path, "cannot read this file: \(reason(errno)); check the path and the permissions")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw TextFileError.input(path, "cannot read this file: it is not a regular file; check the path")
    }
    guard Int(status.st_size) <= limit else { throw tooLarge(path: path, byteCount: Int(status.st_size), limit: limit) }
    return try read(descriptor, path: path, expected: Int(status.st_size), limit: limit)
  }

  // MARK: Helpers

  /// Reads to the end: a file may grow between asking for its size and reading it.
  private static func read(_ descriptor: Int32, path: String, expected: Int, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expected)
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw TextFileError.input(path, "cannot read this file: \(reason(errno)); try again or copy it elsewhere")
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw tooLarge(path: path, byteCount: bytes.count + count, limit: limit)
      }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  private static func tooLarge(path: String, byteCount: Int, limit: Int) -> TextFileError {
    .input(path, "cannot read this file: it has \(byteCount) bytes, and at most \(limit) are read; name another file")
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
