import Foundation
import Runs

/// What `status.json` in the journal says of a running or stopped screen, replaced in one step now and then.
public struct ScreenStatus: Codable, Sendable {
  /// Whether a process works on the screen.
  public enum State: String, Codable, Sendable { case running, stopped }

  /// Least seconds between two versions of the file.
  static let interval = 5.0

  /// Whether a process works on the screen.
  public var state: State
  /// What is or was under way.
  public var phase: ScreenProgress.Phase
  /// Units that are finished.
  public var unitsDone: Int
  /// Units of the screen.
  public var unitCount: Int
  /// Mutations of finished units.
  public var mutationsDone: Int
  /// Mutations of the screen.
  public var mutationCount: Int
  /// The share of the operations that is done, 0…1.
  public var workDone: Double
  /// The share that earlier starts did.
  public var workBefore: Double
  /// Seconds since this start began to screen.
  public var screeningSeconds: Double
  /// Mutations a second; nil while unknown.
  public var mutationsPerSecond: Double?
  /// Seconds that are left at this speed; nil while unknown.
  public var secondsLeft: Double?
  /// UTC, ISO 8601.
  public var updated: String
  /// Why it stopped; nil while it runs.
  public var reason: String?
  /// The start that wrote the status.
  public var start: StartRecord

  init(progress: ScreenProgress, screeningSeconds: Double, start: StartRecord) {
    state = .running
    phase = progress.phase
    unitsDone = progress.unitsDone
    unitCount = progress.unitCount
    mutationsDone = progress.mutationsDone
    mutationCount = progress.mutationCount
    workDone = progress.workDone
    workBefore = progress.workBefore
    self.screeningSeconds = screeningSeconds
    mutationsPerSecond = progress.mutationsPerSecond
    secondsLeft = progress.secondsLeft
    updated = Date.now.formatted(.iso8601)
    self.start = start
  }

  func write(to folder: JournalFolder) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(try encoder.encode(self), to: folder.statusPath)
  }

  /// Reads what the last start wrote; nil if there is nothing to be read.
  public static func read(from folder: JournalFolder) -> ScreenStatus? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return FileManager.default.contents(atPath: folder.statusPath).flatMap {
      try? decoder.decode(ScreenStatus.self, from: $0)
    }
  }
}

/// Keeps `status.json` up to date, on rank 0.
struct StatusKeeper {
  let folder: JournalFolder
  let start: StartRecord
  private var screeningSince: ContinuousClock.Instant?
  private var written: ContinuousClock.Instant?
  private var last: ScreenStatus?

  init(folder: JournalFolder, start: StartRecord) {
    self.folder = folder
    self.start = start
  }

  /// Takes note of the progress; a new phase is written at once.
  mutating func note(_ progress: ScreenProgress) {
    let now = ContinuousClock.now
    if progress.phase == .screening, screeningSince == nil { screeningSince = now }
    let status = ScreenStatus(
      progress: progress, screeningSeconds: screeningSince.map { (now - $0).seconds } ?? 0, start: start)
    let isNew = last?.phase != status.phase
    last = status
    guard isNew || written.map({ (now - $0).seconds >= ScreenStatus.interval }) ?? true else { return }
    written = now
    // It is for people: where it cannot be written, the journal will tell more clearly what is wrong.
    try? status.write(to: folder)
  }

  /// Says that the screen has stopped.
  func stopped(_ reason: String) {
    guard var status = last else { return }
    status.state = .stopped
    status.reason = reason
    status.secondsLeft = nil
    try? status.write(to: folder)
  }
}
