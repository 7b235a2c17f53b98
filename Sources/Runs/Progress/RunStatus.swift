import Foundation

/// What `status.json` in the journal says of a running or stopped run, replaced in one step now and then.
public struct RunStatus: Codable, Sendable {
  /// Whether somebody was at it when the file was written.
  public enum State: String, Codable, Sendable { case running, stopped }

  /// Whether the run is at work or has stopped.
  public var state: State
  /// What the run does, in a word.
  public var phase: String
  /// What a piece is called where the run keeps its whole state instead of each piece, such as `step`; nil: a unit.
  public var pieceName: String?
  /// The number of pieces that are finished, by this start and earlier ones.
  public var unitsDone: Int
  /// All pieces that there are; nil where their number is not known beforehand.
  public var unitCount: Int?
  /// The share of the costs that is done, 0…1; nil where it is not known.
  public var workDone: Double?
  /// The share of the costs that earlier starts did; nil where it is not known.
  public var workBefore: Double?
  /// Seconds since this start began to evaluate pieces.
  public var screeningSeconds: Double
  /// Seconds that are left at this speed; nil while unknown.
  public var secondsLeft: Double?
  /// The time of this version of the file: UTC, ISO 8601.
  public var updated: String
  /// Why the run stopped; nil while it runs.
  public var reason: String?
  /// The start that wrote the file.
  public var start: StartRecord

  /// The status of a run that is as far as `progress` says.
  public init(progress: RunProgress, evaluatingSeconds: Double, start: StartRecord) {
    self.init(
      phase: progress.phase, unitsDone: progress.piecesDone, unitCount: progress.pieceCount,
      evaluatingSeconds: evaluatingSeconds, start: start)
    workDone = progress.workDone
    workBefore = progress.workBefore
    secondsLeft = progress.secondsLeft
  }

  /// The status of a run of which no more is known than how many pieces are finished.
  public init(phase: String, unitsDone: Int, unitCount: Int?, evaluatingSeconds: Double, start: StartRecord) {
    state = .running
    self.phase = phase
    self.unitsDone = unitsDone
    self.unitCount = unitCount
    screeningSeconds = evaluatingSeconds
    updated = Date.now.formatted(.iso8601)
    self.start = start
  }
}

/// The status of a run with the details that its program adds, as one JSON object.
public struct DetailedStatus<Details: Codable & Sendable>: Codable, Sendable {
  /// The status that every run has.
  public var run: RunStatus
  /// The details that only runs of this kind have, in the same object.
  public var details: Details

  /// The status of a run with its details.
  public init(run: RunStatus, details: Details) {
    self.run = run
    self.details = details
  }

  /// Reads both parts from one object.
  public init(from decoder: any Decoder) throws {
    run = try RunStatus(from: decoder)
    details = try Details(from: decoder)
  }

  /// Writes both parts into one object.
  public func encode(to encoder: any Encoder) throws {
    try run.encode(to: encoder)
    try details.encode(to: encoder)
  }

  /// Replaces the file of a journal.
  public func write(to folder: JournalFolder) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(try encoder.encode(self), to: folder.statusPath)
  }

  /// Reads what the last start wrote; nil if there is nothing to be read.
  public static func read(from folder: JournalFolder) -> DetailedStatus? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return FileManager.default.contents(atPath: folder.statusPath).flatMap {
      try? decoder.decode(DetailedStatus.self, from: $0)
    }
  }
}

/// The details of a run that has none.
public struct NoDetails: Codable, Sendable {
  /// Makes the details of a run that has none.
  public init() {}
}

/// A writer of `status.json`, which keeps it up to date on rank 0.
public struct StatusKeeper<Details: Codable & Sendable>: Sendable {
  /// Least seconds between two versions of the file.
  static var interval: Double { 5 }

  private let folder: JournalFolder
  private var written: ContinuousClock.Instant?
  private var last: DetailedStatus<Details>?

  /// A keeper of the status in a journal.
  public init(folder: JournalFolder) { self.folder = folder }

  /// Takes note of a status; a new phase is written at once.
  public mutating func note(_ status: RunStatus, _ details: Details) {
    let now = ContinuousClock.now
    let isNew = last?.run.phase != status.phase
    let next = DetailedStatus(run: status, details: details)
    last = next
    guard isNew || written.map({ (now - $0).seconds >= Self.interval }) ?? true else { return }
    written = now
    // It is for people: where it cannot be written, writing the journal will fail with a clearer error.
    try? next.write(to: folder)
  }

  /// Says that the run has stopped.
  public func stopped(_ reason: String) {
    guard var status = last else { return }
    status.run.state = .stopped
    status.run.reason = reason
    status.run.secondsLeft = nil
    try? status.write(to: folder)
  }
}
