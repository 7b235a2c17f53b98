import Foundation

/// Whole files of strangers, read into memory up to a size.
public enum BoundedFile {
  /// Returns the bytes of the regular file at `path`; throws an error of the caller's own type when it cannot be read
  /// or holds more than `limit` bytes.
  public static func read<Origin>(
    path: String, limit: Int, throwing error: Refusal<Origin>.Type
  ) throws(Refusal<Origin>) -> [UInt8] {
    try BoundedReader<Origin>(path: path, limit: limit).read()
  }
}

private struct BoundedReader<Origin> {
  let path: String
  let limit: Int

  func read() throws(Refusal<Origin>) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw Refusal("\(path.quoted): cannot read this file: its name holds a zero byte; check the name")
    }
    // Without O_NONBLOCK opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refusal("\(SystemError.reason(errno)); check the path and the permissions") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw refusal("it is not a regular file; check the path")
    }
    guard Int(status.st_size) <= limit else { throw tooLarge(Int(status.st_size)) }
    return try read(descriptor, expected: Int(status.st_size))
  }

  /// Reads to the end: a file may grow between asking for its size and reading it.
  private func read(_ descriptor: Int32, expected: Int) throws(Refusal<Origin>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expected)
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw refusal("\(SystemError.reason(errno)); try again or copy it elsewhere") }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw tooLarge(bytes.count + count) }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  private func tooLarge(_ byteCount: Int) -> Refusal<Origin> {
    refusal("it has \(byteCount) bytes, and at most \(limit) are read; name another file")
  }

  private func refusal(_ problem: String) -> Refusal<Origin> { Refusal("\(path): cannot read this file: \(problem)") }
}
