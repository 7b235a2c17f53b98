import Archive
import Foundation
import MessagePassing
import Weights

/// The place of a results file: checked before anything starts, filled under a temporary name, published whole.
public struct OutputFile: Sendable {
  public enum State: Sendable {
    /// Nothing is there, or it is to be replaced.
    case open
    /// The finished result of this very plan is there.
    case finished
  }

  public let path: String
  public let modelSHA256: String
  public let planSHA256: String
  public let state: State

  /// Where the file is written until it is whole.
  public var temporaryPath: String { path + ".partial" }

  /// Looks at what is at `path`; with `replacing`, any file there will be replaced.
  ///
  /// Reads all weights once for their hash. Throws, and leaves nothing behind, if something else is there or the folder
  /// cannot be written.
  public init(path: String, screen: PreparedScreen, replacing: Bool) throws {
    self.path = path
    modelSHA256 = screen.checkpoint.sha256()
    planSHA256 = Fingerprint(screen: screen, modelSHA256: modelSHA256).hexadecimal
    state = try OutputFile.inspect(path, planSHA256: planSHA256, replacing: replacing)
    if state == .open { try checkFolder() }
  }

  /// The same file as rank 0 found it, on the other ranks.
  init(path: String, modelSHA256: String, planSHA256: String, state: State) {
    self.path = path
    self.modelSHA256 = modelSHA256
    self.planSHA256 = planSHA256
    self.state = state
  }

  /// Gives the temporary file its name; it replaces what was there in one step.
  func publish() throws {
    guard rename(temporaryPath, path) == 0 else {
      throw ScreenError("cannot rename \(temporaryPath) to \(path): \(String(cString: strerror(errno)))")
    }
  }

  // MARK: Ranks

  /// Rank 0 looks at the place; all ranks learn what it found, and that they see the same folder. Collective.
  public static func open(
    path: String, screen: PreparedScreen, replacing: Bool, communicator: Communicator
  ) throws -> OutputFile {
    let found = try communicator.agree {
      communicator.rank == 0 ? try OutputFile(path: path, screen: screen, replacing: replacing) : nil
    }
    let words = found.map { "\($0.modelSHA256) \($0.planSHA256) \($0.state)" } ?? ""
    let shared = String(decoding: try communicator.broadcast(Array(words.utf8), from: 0), as: UTF8.self)
      .split(separator: " ").map(String.init)
    let output =
      found
      ?? OutputFile(
        path: path, modelSHA256: shared[0], planSHA256: shared[1], state: shared[2] == "open" ? .open : .finished)
    if output.state == .open, communicator.size > 1 { try output.checkShared(communicator) }
    return output
  }

  /// Creating a file on a folder that not all hosts share would hang: rank 0 writes a token and every rank looks for it.
  private func checkShared(_ communicator: Communicator) throws {
    let token = path + ".token"
    try communicator.agree {
      if communicator.rank == 0, !FileManager.default.createFile(atPath: token, contents: Data(planSHA256.utf8)) {
        throw ScreenError("cannot write \(token): check that the folder of the output can be written")
      }
    }
    defer { if communicator.rank == 0 { unlink(token) } }
    try communicator.agree {
      // A network file system may take a moment to show the file.
      for _ in 0..<50 {
        if FileManager.default.contents(atPath: token) == Data(planSHA256.utf8) { return }
        usleep(100_000)
      }
      throw ScreenError(
        "cannot write \(path): host \(communicator.hostName) does not see what rank 0 writes there; "
          + "choose a folder that all hosts share")
    }
  }

  // MARK: Checks

  private static func inspect(_ path: String, planSHA256: String, replacing: Bool) throws -> State {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .open }
    if isFolder.boolValue {
      throw ScreenError("cannot write the results to \(path): it is a folder; name a file, such as \(path)/screen.h5")
    }
    if replacing { return .open }
    guard let found = try? provenance(path) else {
      throw ScreenError(
        "cannot write the results to \(path): a file that is no screen's result is there; "
          + "choose another name, or replace it with --force")
    }
    guard found.planSHA256 == planSHA256 else {
      throw ScreenError(
        "cannot write the results to \(path): it holds the result of another plan (\(found.modelName), "
          + "\(found.created)); choose another name, or replace it with --force")
    }
    return .finished
  }

  private static func provenance(_ path: String) throws -> Provenance {
    let results = try ResultsFile(path: path)
    let provenance = results.summary.provenance
    try results.close()
    return provenance
  }

  private func checkFolder() throws {
    let descriptor = Foundation.open(temporaryPath, O_WRONLY | O_CREAT, 0o666)
    guard descriptor >= 0 else {
      throw ScreenError(
        "cannot write \(temporaryPath): \(String(cString: strerror(errno))); "
          + "check that the folder exists and can be written")
    }
    close(descriptor)
    unlink(temporaryPath)
  }
}
