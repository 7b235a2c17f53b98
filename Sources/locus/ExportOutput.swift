import Archive
import Foundation

/// Where a table goes: to standard output, or to a file that has another name until it is whole.
final class ExportOutput {
  /// Whether the reader of standard output has gone.
  private(set) var wasClosed = false
  /// Whether something could not be written.
  private(set) var hasFailed = false
  private let path: String?
  private let temporaryPath: String?
  private let descriptor: Int32

  /// nil `path`: standard output. Throws if something is at `path` and is not to be replaced, or if nothing can be written there.
  init(path: String?, replacing: Bool) throws {
    let path = try path.map(OutputTarget.resolve)
    self.path = path
    temporaryPath = path.map { $0 + ".partial" }
    guard let path, let temporaryPath else {
      descriptor = STDOUT_FILENO
      return
    }
    guard replacing || !FileManager.default.fileExists(atPath: path) else {
      throw ExportError("cannot write \(path): a file is there; choose another name, or replace it with --force")
    }
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ExportError(
        "cannot write \(temporaryPath): \(ExportOutput.reason()); check that the folder exists and can be written")
    }
  }

  func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE, path == nil {
        wasClosed = true
        throw ExportError("nobody reads standard output")
      }
      guard count > 0 else { throw failure("cannot write \(temporaryPath ?? "to standard output")") }
      done += count
    }
  }

  /// Gives the file its name.
  func finish() throws {
    guard let path, let temporaryPath else { return }
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else { throw failure("cannot write \(path)") }
    close(descriptor)
  }

  /// Removes what was written of a file.
  func remove() {
    guard let temporaryPath else { return }
    unlink(temporaryPath)
    close(descriptor)
  }

  private func failure(_ attempt: String) -> ExportError {
    hasFailed = true
    return ExportError("\(attempt): \(ExportOutput.reason()); make room and run the same command again")
  }

  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}

/// Why a table cannot be written.
struct ExportError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
