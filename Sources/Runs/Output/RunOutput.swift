import Basics
import Foundation
import MessagePassing

/// The place of a run's output: checked and locked before anything starts, filled under a temporary name, published
/// whole.
public struct RunOutput: Sendable {
  /// What was found at the place.
  public enum State: Sendable {
    /// Nothing is there, or it is to be replaced.
    case open
    /// The finished result of this very plan is there.
    case finished
  }

  /// The path and the lock of the output.
  public let place: OutputPlace
  /// The digest of the model, or of whatever else the run is of.
  public let modelSHA256: String
  /// What was found at the place.
  public let state: State
  /// Rank 0's while the output is open.
  private let lock: OutputLock?

  /// The path of the output.
  public var path: String { place.path }
  /// The digest of the plan.
  public var planSHA256: String { place.planSHA256 }
  /// Where finished pieces are until the output is whole.
  public var journal: JournalFolder { place.journal }
  /// Where the output is written until it is whole.
  public var temporaryPath: String { place.temporaryPath }

  // MARK: Opening

  /// Looks at what is at `path`, locks it, and makes sure that its journal is of the very conditions that `conditions`
  /// gives: rank 0 does, and all ranks learn what it found and that they see the same folder. Collective.
  ///
  /// `findsResult` says whether the finished result is at a place and stays; it throws if something else is there that
  /// must not be replaced. Throws, and leaves nothing behind, if somebody else writes the output, or if the folder
  /// cannot be written. What a journal holds is thrown away where the run `restarts`. `noting` is given what a person
  /// may want to know meanwhile.
  public static func open(
    path: String, restarts: Bool = false, communicator: Communicator, noting: (String) -> Void = { _ in },
    conditions: () throws -> PlanConditions, findsResult: (OutputPlace) throws -> Bool = { _ in false }
  ) throws -> RunOutput {
    let found = try communicator.agree {
      guard communicator.rank == 0 else { return nil as RunOutput? }
      return try RunOutput(
        path: path, conditions: conditions(), restarts: restarts, noting: noting, findsResult: findsResult)
    }
    let words = found.map { "\($0.modelSHA256) \($0.planSHA256) \($0.state)" } ?? ""
    let shared = String(decoding: try communicator.broadcast(Array(words.utf8), from: 0), as: UTF8.self)
      .split(separator: " ").map(String.init)
    let output =
      found
      ?? RunOutput(
        place: OutputPlace(path: path, planSHA256: shared[1]), modelSHA256: shared[0],
        state: shared[2] == "open" ? .open : .finished)
    if output.state == .open, communicator.size > 1 {
      do {
        try output.checkShared(communicator)
      } catch {
        if communicator.rank == 0 {
          output.giveUp(keepingPieces: (try? output.journal.unitsNames().isEmpty) != true)
        }
        throw error
      }
    }
    return output
  }

  private init(
    path: String, conditions: PlanConditions, restarts: Bool, noting: (String) -> Void,
    findsResult: (OutputPlace) throws -> Bool
  ) throws {
    modelSHA256 = conditions.modelSHA256
    place = OutputPlace(path: path, planSHA256: conditions.planSHA256)
    if try findsResult(place) {
      state = .finished
      lock = nil
      removeLeftovers()
      return
    }
    let lock = try place.claim(noting: noting)
    self.lock = lock
    do {
      // The one who held the lock until now may have finished.
      state = try findsResult(place) ? .finished : .open
      if state == .open {
        if restarts { try place.journal.clear() }
        try place.journal.adopt(conditions)
      }
    } catch {
      place.letGo(lock)
      throw error
    }
    if state == .finished { removeJournal() }
  }

  /// The same output as rank 0 found it, on the other ranks.
  private init(place: OutputPlace, modelSHA256: String, state: State) {
    self.place = place
    self.modelSHA256 = modelSHA256
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
      throw RunsError(
        "cannot write \(path): host \(communicator.hostName) does not see what rank 0 writes there; "
          + "choose a folder that all hosts share")
    }
  }

  // MARK: The end

  /// Runs `body`, which writes the temporary file; see `OutputPlace.filling`.
  public func filling<Found>(_ body: () throws -> Found) throws -> Found { try place.filling(body) }

  /// Gives the temporary file its name, in place of what was there, and removes the journal. Rank 0 does.
  public func publish() throws {
    try place.publish()
    removeJournal()
  }

  /// Lets another start go on from the journal. Rank 0 does.
  public func setAside() { lock?.release() }

  /// Ends a run that cannot be made: nothing is left of it but pieces that were finished before. Rank 0 does.
  public func giveUp(keepingPieces: Bool) {
    if keepingPieces { setAside() } else { removeJournal() }
  }

  /// Removes the journal, which is of no more use, and lets others write the output again. Rank 0 does.
  public func removeJournal() {
    // What cannot be removed now is removed when the finished output is met again.
    try? journal.clear()
    if let lock { place.letGo(lock) }
  }

  /// Removes what a run left that was ended between giving the file its name and removing the journal.
  private func removeLeftovers() {
    guard journal.exists, let plan = try? journal.plan(), plan.planSHA256 == planSHA256,
      let lock = try? place.claim()
    else { return }
    try? journal.clear()
    place.letGo(lock)
  }
}
