import Archive
import Basics
import Foundation
import MessagePassing
import Runs

/// The path of a results file: what is there before, and how a whole file gets there.
struct OutputPlace {
  let path: String
  let planSHA256: String
  let part: ScreenPart?

  /// Where the file is written until it is whole.
  var temporaryPath: String { path + ".partial" }

  /// Whether the finished result of this plan, or of this part of it, is there. Throws if anything else is, unless it
  /// is to be replaced.
  func holdsResult(replacing: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
    if isFolder.boolValue {
      throw ScreenError("cannot write the results to \(path): it is a folder; name a file, such as \(path)/screen.h5")
    }
    if replacing { return false }
    guard let found = try? provenance() else {
      throw ScreenError(
        "cannot write the results to \(path): a file that is no screen's result is there; "
          + "choose another name, or replace it with --force")
    }
    guard found.planSHA256 == planSHA256 else {
      throw ScreenError(
        "cannot write the results to \(path): it holds the result of another plan (\(found.modelName), "
          + "\(found.created)); choose another name, or replace it with --force")
    }
    guard found.progress == nil else {
      throw ScreenError(
        "cannot write the results to \(path): it holds but a part of this plan's, which locus analyze --partial made; "
          + "choose another name, or replace it with --force")
    }
    let foundPart = found.part.map { ScreenPart(index: $0.index, of: $0.count) }
    guard foundPart == part else {
      throw ScreenError(
        "cannot write the results to \(path): it holds \(foundPart.map { "part \($0)" } ?? "the whole") of this plan; "
          + "choose another name, or replace it with --force")
    }
    return true
  }

  // MARK: Claiming

  /// Where finished units are until the file is whole, and where the lock is.
  var journal: JournalFolder { JournalFolder(output: path) }

  /// Keeps everybody else from writing the file. One rank does.
  func claim(noting: (String) -> Void = { _ in }) throws -> OutputLock {
    try journal.create()
    do {
      return try OutputLock(path: journal.lockPath, noting: noting)
    } catch {
      journal.removeIfEmpty()
      throw error
    }
  }

  /// Lets others write the file again.
  func letGo(_ lock: OutputLock) {
    lock.release()
    journal.removeIfEmpty()
  }

  // MARK: Writing

  /// Creates the temporary file. Collective.
  ///
  /// HDF5 would hang in a folder that not all hosts share: every rank looks for what rank 0 wrote.
  func reserve(_ communicator: Communicator) throws {
    let token = Data(planSHA256.utf8)
    try communicator.agree {
      guard communicator.rank == 0 else { return }
      let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      let isWritten =
        descriptor >= 0 && token.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == token.count
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      guard isWritten else {
        throw ScreenError("cannot write \(temporaryPath): \(reason); check that the folder exists and can be written")
      }
    }
    do {
      try communicator.agree {
        // A network file system may take a moment to show the file.
        for _ in 0..<50 {
          if FileManager.default.contents(atPath: temporaryPath) == token { return }
          usleep(100_000)
        }
        throw ScreenError(
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
  func filling<Found>(_ body: () throws -> Found) throws -> Found {
    do {
      return try body()
    } catch {
      let reason = reasonAgainstWriting()
      unlink(temporaryPath)
      guard let reason else { throw error }
      throw ScreenError(
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
  func publish() throws {
    guard rename(temporaryPath, path) == 0 else {
      throw ScreenError("cannot rename \(temporaryPath) to \(path): \(String(cString: strerror(errno)))")
    }
    let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private func provenance() throws -> Provenance {
    let results = try ResultsFile(path: path)
    let provenance = results.summary.provenance
    try results.close()
    return provenance
  }
}
