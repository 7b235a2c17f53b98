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
  private let stream: OutputStream

  /// nil `path`: standard output. Throws if something is at `path` and is not to be replaced, if `source`, which is
  /// read, is there, or if nothing can be written there.
  init(path: String?, source: String, replacing: Bool) throws {
    let path = try path.map(OutputTarget.resolve)
    self.path = path
    temporaryPath = path.map { $0 + ".\(getpid()).partial" }
    guard let path, let temporaryPath else {
      stream = .standardOutput
      return
    }
    guard !ExportOutput.isOneFile(path, source) else {
      throw CommandError("cannot write \(path): it is the file that is exported; choose another name")
    }
    guard replacing || !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("cannot write \(path): a file is there; choose another name, or replace it with --force")
    }
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    stream = OutputStream(descriptor: descriptor)
    guard descriptor >= 0 else {
      throw CommandError(
        "cannot write \(path): \(OutputStream.Failure(code: errno)); check that the folder exists and can be "
          + "written"
      )
    }
  }

  func write(_ bytes: [UInt8]) throws {
    do {
      try stream.write(bytes)
    } catch {
      if error.code == EPIPE, path == nil {
        wasClosed = true
        throw CommandError("nobody reads standard output")
      }
      throw failure("cannot write \(temporaryPath ?? "to standard output")", error)
    }
  }

  /// Gives the file its name.
  func finish() throws {
    guard let path, let temporaryPath else { return }
    guard fsync(stream.descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw failure("cannot write \(path)", OutputStream.Failure(code: errno))
    }
    close(stream.descriptor)
  }

  /// Removes what was written of a file.
  func remove() {
    guard let temporaryPath else { return }
    unlink(temporaryPath)
    close(stream.descriptor)
  }

  private static func isOneFile(_ path: String, _ other: String) -> Bool {
    var (one, second) = (stat(), stat())
    return stat(path, &one) == 0 && stat(other, &second) == 0 && one.st_dev == second.st_dev
      && one.st_ino == second.st_ino
  }

  private func failure(_ attempt: String, _ reason: OutputStream.Failure) -> CommandError {
    hasFailed = true
    return CommandError("\(attempt): \(reason); make room and run the same command again")
  }
}
