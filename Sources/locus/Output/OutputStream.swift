import Basics
import Foundation

/// A place that bytes are written to by its descriptor.
struct OutputStream {
  static let standardOutput = OutputStream(descriptor: STDOUT_FILENO)
  static let standardError = OutputStream(descriptor: STDERR_FILENO)

  let descriptor: Int32

  /// What the system says of a write that failed.
  struct Failure: Error, CustomStringConvertible {
    let code: Int32
    var description: String { SystemError.reason(code) }
  }

  /// Writes all of `bytes`, however many calls that takes.
  func write(_ bytes: [UInt8]) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(code: errno) }
      done += count
    }
  }
}
