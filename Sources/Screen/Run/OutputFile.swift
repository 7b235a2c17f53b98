import Archive
import Foundation
import MessagePassing
import Runs
import Weights

/// The place of a results file: checked and locked before anything starts, filled under a temporary name, published
/// whole.
public struct OutputFile {
  /// What is at the output.
  public enum State: Sendable {
    /// Nothing is there, or it is to be replaced.
    case open
    /// The finished result of this very plan is there.
    case finished
  }

  /// The path of the results file.
  public let path: String
  /// The hash of the model's weights.
  public let modelSHA256: String
  /// The hash of the plan.
  public let planSHA256: String
  /// The part of the screen that the file is to hold; nil: the whole.
  public let part: ScreenPart?
  /// Units of the plan that the file has: all, or those of the part.
  public let units: Range<Int>
  /// What was found at the output.
  public let state: State
  /// Rank 0's while the file is open.
  private let lock: OutputLock?

  /// Where finished units are until the file is whole.
  public var journal: JournalFolder { place.journal }
  /// Where the file is written until it is whole.
  public var temporaryPath: String { place.temporaryPath }

  private var place: OutputPlace { OutputPlace(path: path, planSHA256: planSHA256, part: part) }

  // MARK: Opening

  /// Looks at what is at `path`, locks it, and makes sure that its journal is of this plan: rank 0 does, and all ranks
  /// learn what it found and that they see the same folder. Collective.
  ///
  /// Where a symbolic link is named, it stays, and what it leads to is the output. Reads all weights once for their
  /// hash. Throws, and leaves nothing behind, if something else is there, if somebody else writes it, or if the folder
  /// cannot be written. `noting` is given what a person may want to know meanwhile.
  public static func open(
    path: String, screen: PreparedScreen, part: ScreenPart? = nil, existing: ExistingFiles = ExistingFiles(),
    communicator: Communicator, noting: (String) -> Void = { _ in }
  ) throws -> OutputFile {
    let (units, path) = try communicator.agree { (try screen.units(of: part), try OutputTarget.resolve(path)) }
    let found = try communicator.agree {
      guard communicator.rank == 0 else { return nil as OutputFile? }
      return try OutputFile(path: path, screen: screen, part: part, units: units, existing: existing, noting: noting)
    }
    let words = found.map { "\($0.modelSHA256) \($0.planSHA256) \($0.state)" } ?? ""
    let shared = String(decoding: try communicator.broadcast(Array(words.utf8), from: 0), as: UTF8.self)
      .split(separator: " ").map(String.init)
    let output =
      found
      ?? OutputFile(
        path: path, modelSHA256: shared[0], planSHA256: shared[1], part: part, units: units,
        state: shared[2] == "open" ? .open : .finished)
    if output.state == .open, communicator.size > 1 { try output.checkShared(communicator) }
    return output
  }

  private init(
    path: String, screen: PreparedScreen, part: ScreenPart?, units: Range<Int>, existing: ExistingFiles,
    noting: (String) -> Void
  ) throws {
    self.path = path
    self.part = part
    self.units = units
    modelSHA256 = screen.checkpoint.sha256()
    let fingerprint = Fingerprint(screen: screen, modelSHA256: modelSHA256)
    planSHA256 = fingerprint.hexadecimal
    let place = OutputPlace(path: path, planSHA256: planSHA256, part: part)
    if try existing.findsResult(at: place) {
      state = .finished
      lock = nil
      removeLeftovers()
      return
    }
    let lock = try place.claim(noting: noting)
    self.lock = lock
    do {
      // The one who held the lock until now may have finished.
      state = try existing.findsResult(at: place) ? .finished : .open
      if state == .open {
        if existing.restarts { try place.journal.clear() }
        try place.journal.adopt(fingerprint.conditions(part: part))
      }
    } catch {
      place.letGo(lock)
      throw error
    }
    if state == .finished { removeJournal() }
  }

  /// The same file as rank 0 found it, on the other ranks.
  private init(
    path: String, modelSHA256: String, planSHA256: String, part: ScreenPart?, units: Range<Int>, state: State
  ) {
    self.path = path
    self.modelSHA256 = modelSHA256
    self.planSHA256 = planSHA256
    self.part = part
    self.units = units
    self.state = state
    lock = nil
  }

  /// Creating a file on a folder that not all hosts share would hang: every rank looks for the plan that rank 0 wrote.
  private func checkShared(_ communicator: Communicator) throws {
    try communicator.agree {
      // A network file system may take a moment to show the file.
      for _ in 0..<50 {
        if let plan = try? journal.plan(), plan.planSHA256 == planSHA256 { return }
        usleep(100_000)
      }
      throw ScreenError(
        "cannot write \(path): host \(communicator.hostName) does not see what rank 0 writes there; "
          + "choose a folder that all hosts share")
    }
  }

  // MARK: The end

  /// Runs `body`, which writes the temporary file; see `OutputPlace.filling`.
  func filling<Found>(_ body: () throws -> Found) throws -> Found { try place.filling(body) }

  /// Gives the temporary file its name, in place of what was there, and removes the journal. Rank 0 does.
  func publish() throws {
    try place.publish()
    removeJournal()
  }

  /// Lets another screen go on from the journal. Rank 0 does.
  func setAside() { lock?.release() }

  /// Ends a screen that cannot be made: nothing is left of it but units that were finished before. Rank 0 does.
  func giveUp(keepingUnits: Bool) {
    if keepingUnits { setAside() } else { removeJournal() }
  }

  private func removeJournal() {
    // What cannot be removed now is removed when the finished output is met again.
    try? journal.clear()
    if let lock { place.letGo(lock) }
  }

  /// What a screen left that was ended between giving the file its name and removing the journal.
  private func removeLeftovers() {
    guard journal.exists, let plan = try? journal.plan(), plan.planSHA256 == planSHA256,
      let lock = try? place.claim()
    else { return }
    try? journal.clear()
    place.letGo(lock)
  }
}
