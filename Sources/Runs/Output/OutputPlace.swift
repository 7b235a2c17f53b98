import Basics
import Foundation
import MessagePassing

/// The path of an output: who may write it, and how a whole file gets there.
public struct OutputPlace: Sendable {
  /// The path of the output.
  public let path: String
  /// The digest of the plan that the output is of.
  public let planSHA256: String

  /// The place of the output of a plan.
  public init(path: String, planSHA256: String) {
    self.path = path
    self.planSHA256 = planSHA256
  }

  /// Where the file is written until it is whole.
  public var temporaryPath: String { path + ".partial" }

  // MARK: Claiming

  /// Where finished units are until the file is whole, and where the lock is.
  public var journal: JournalFolder { JournalFolder(output: path) }

  /// Keeps everybody else from writing the file. One rank does.
  public func claim(noting: (String) -> Void = { _ in }) throws -> OutputLock {
    try journal.create()
    do {
      return try OutputLock(path: journal.lockPath, noting: noting)
    } catch {
      journal.removeIfEmpty()
      throw error
    }
  }

  /// Lets others write the file again.
  public func letGo(_ lock: OutputLock) {
    lock.release()
    journal.removeIfEmpty()
  }

  // MARK: Writing

  /// Creates the temporary file. Collective.
  ///
  /// HDF5 would hang in a folder that not all hosts share: every rank looks for what rank 0 wrote.
  public func reserve(_ communicator: Communicator) throws {
    let token = Data(planSHA256.utf8)
    try communicator.agree {
      guard communicator.rank == 0 else { return }
      let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      let isWritten =
        descriptor >= 0 && token.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == token.count
      let reason = SystemError.reason(errno)
      if descriptor >= 0 { close(descriptor) }
      guard isWritten else {
        throw RunsError("cannot write \(temporaryPath): \(reason); check that the folder exists and can be written")
      }
    }
    do {
      try communicator.agree {
        // A network file system may take a moment to show the file.
        for _ in 0..<50 {
          if FileManager.default.contents(atPath: temporaryPath) == token { return }
          usleep(100_000)
        }
        throw RunsError(
          "cannot write \(path): host \(communicator.hostName) does not see what rank 0 writes there; "
            + "choose a folder that all hosts share")
      }
    } catch {
      if communicator.rank == 0 { unlink(temporaryPath) }
      throw error
    }
  }

  /// Runs `body`, which writes the temporary file. If it fails, nothing of the file is left, and the error says in the
  /// system's words why nothing more can be written there, if so: HDF5 and MPI only say that they could not.
  public func filling<Found>(_ body: () throws -> Found) throws -> Found {
    do {
      return try body()
    } catch {
      let reason = reasonAgainstWriting()
      unlink(temporaryPath)
      guard let reason else { throw error }
      throw RunsError(
        "cannot write \(temporaryPath): \(reason); all that was finished before is safe; "
          + "make room and run the same command again")
    }
  }

  /// What the system says against a MiB more beside the file; nil if that can be written.
  private func reasonAgainstWriting() -> String? {
    let path = temporaryPath + ".probe"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return SystemError.reason(errno) }
    defer { close(descriptor) }
    unlink(path)
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return SystemError.reason(errno) }
      written += count
    }
    return fsync(descriptor) == 0 ? nil : SystemError.reason(errno)
  }

  /// Gives the temporary file its name, in place of what was there, and hands the name to the disk. One rank does.
  public func publish() throws {
    guard rename(temporaryPath, path) == 0 else {
      throw RunsError("cannot rename \(temporaryPath) to \(path): \(SystemError.reason(errno))")
    }
    let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}
