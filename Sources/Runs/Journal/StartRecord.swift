import Foundation

/// How one start of a run was: a row of its provenance.
public struct StartRecord: Codable, Equatable, Sendable {
  static let suffix = ".start"

  /// The number of the start, from 1 up.
  public var number: Int
  /// The time of the start, in UTC, as ISO 8601 writes it.
  public var time: String
  /// The command of the start.
  public var commandLine: String
  /// The names of the hosts that its ranks ran on.
  public var hosts: [String]
  /// The number of its ranks.
  public var ranks: Int
  /// The number of threads of each rank.
  public var threads: Int
  /// The batch system's number of the job; empty outside of one.
  public var job: String
  /// The number of units that earlier starts had finished.
  public var unitsBefore: Int

  /// Takes what is known of a start.
  public init(
    number: Int, time: String, commandLine: String, hosts: [String], ranks: Int, threads: Int, job: String,
    unitsBefore: Int
  ) {
    self.number = number
    self.time = time
    self.commandLine = commandLine
    self.hosts = hosts
    self.ranks = ranks
    self.threads = threads
    self.job = job
    self.unitsBefore = unitsBefore
  }

  /// Writes the record into the journal's folder in one step.
  public func write(to folder: JournalFolder) throws {
    let name = String(format: "%04d", number) + StartRecord.suffix
    try AtomicFile.write(try JSONEncoder().encode(self), to: folder.path + "/" + name)
  }
}

extension JournalFolder {
  /// All starts so far, in order; one that was cut short is left out.
  public func starts() throws -> [StartRecord] {
    try startNames().compactMap { name in
      FileManager.default.contents(atPath: path + "/" + name)
        .flatMap { try? JSONDecoder().decode(StartRecord.self, from: $0) }
    }
  }
}
