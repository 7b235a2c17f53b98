import Basics
import Foundation
import MessagePassing

/// One start of a run: it goes on from what earlier starts finished, shares the pieces that are left over the ranks,
/// keeps each in the journal as soon as it is finished, and stops early where it is asked to.
///
/// All ranks have one, and its methods that are called collective are called by all of them together.
public final class Run {
  /// The place of the output, which holds the journal and the lock.
  public let output: RunOutput
  /// The settings of this start: threads, time limit, how often the journal is flushed.
  public let settings: RunSettings
  /// The ranks that share the pieces.
  public let communicator: Communicator
  /// What earlier starts left, and the files that this one writes.
  public let journal: RunJournal
  /// The record of this start, once it is noted.
  public private(set) var start: StartRecord
  private var writer: JournalWriter?
  /// Whether a keeper has taken the writer; then no stage can be evaluated any more.
  private var isWriterTaken = false

  /// How the evaluation of a stage ended.
  public struct StageEnd: Sendable {
    /// Why it stopped before all pieces were finished, the same on all ranks; nil if all are.
    public let stopReason: String?
    /// Wall seconds of this rank that went into writing the journal and flushing it to disk.
    public let journalSeconds: Double
  }

  /// A start of the run that `output` is the place of. Collective.
  public init(
    output: RunOutput, settings: RunSettings, communicator: Communicator,
    isPlausible: (_ stage: Int, _ piece: Int, _ byteCount: Int) -> Bool = { _, _, _ in true }
  ) throws {
    self.output = output
    self.settings = settings
    self.communicator = communicator
    journal = try RunJournal.open(output, communicator: communicator, isPlausible: isPlausible)
    let hosts = try communicator.allGather(Array(communicator.hostName.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
    start = StartRecord(
      number: journal.start, time: Date.now.formatted(.iso8601), commandLine: settings.commandLine,
      hosts: Set(hosts).sorted(), ranks: communicator.size, threads: settings.threads,
      job: ProcessInfo.processInfo.environment["SLURM_JOB_ID"] ?? "", unitsBefore: 0)
  }

  /// Records this start and that so many pieces were finished before it. Collective.
  public func noteStart(piecesBefore: Int) throws {
    start.unitsBefore = piecesBefore
    try communicator.agree { if communicator.rank == 0 { try start.write(to: journal.folder) } }
  }

  // MARK: Stages

  /// Finds what earlier starts finished of a stage. Collective.
  public func begin(_ stage: RunStage) throws -> StageJournal {
    try StageJournal(stage, journal: journal, communicator: communicator)
  }

  /// Evaluates the pieces of a stage that are left, each of which goes to one rank, and keeps what `evaluate` gives for
  /// them.
  ///
  /// `evaluate` is given a piece and a function to call now and then during its work, in which rank 0 answers the
  /// others. `progress` is called on rank 0 a few times a second at most. Collective.
  public func evaluate(
    _ pieces: inout StageJournal, progress: (_ ledger: WorkQueueLedger, _ now: Double) -> Void,
    evaluate: (_ piece: Int, _ pause: () throws -> Void) throws -> [UInt8]
  ) throws -> StageEnd {
    let remaining = pieces.remaining
    guard !remaining.isEmpty else { return StageEnd(stopReason: nil, journalSeconds: 0) }
    try openWriter()
    // What is given to `evaluate` calls on in turn.
    let (stop, journalSeconds) = try withoutActuallyEscaping(evaluate) {
      try workThrough(remaining, noting: &pieces, progress: progress, evaluate: $0)
    }
    try pieces.share(communicator)
    return StageEnd(stopReason: pieces.isWhole ? nil : try shared(stop), journalSeconds: journalSeconds)
  }

  /// Shares these pieces over the ranks by the work queue; returns why this rank wanted to stop, and its seconds of
  /// writing the journal.
  private func workThrough(
    _ remaining: [Int], noting pieces: inout StageJournal,
    progress: (_ ledger: WorkQueueLedger, _ now: Double) -> Void,
    evaluate: @escaping (_ piece: Int, _ pause: () throws -> Void) throws -> [UInt8]
  ) throws -> (stop: String?, journalSeconds: Double) {
    var (longest, journalSeconds) = (0.0, 0.0)
    var stop: String?
    func timingJournal(_ body: () throws -> Void) rethrows {
      let begun = ContinuousClock.now
      try body()
      journalSeconds += (ContinuousClock.now - begun).seconds
    }
    try WorkQueue(communicator: communicator, unitCount: remaining.count).run { index, pause in
      let piece = remaining[index]
      let begun = ContinuousClock.now
      let bytes = try evaluate(piece) {
        try pause()
        try timingJournal { try writer?.flushIfDue() }
      }
      let seconds = (ContinuousClock.now - begun).seconds
      longest = max(longest, seconds)
      try timingJournal {
        let offset = try append(JournalRecord(unit: pieces.stage.record(of: piece), seconds: seconds, bytes: bytes))
        pieces.note(piece, offset: offset, rank: communicator.rank, of: communicator.size)
        try writer?.flushIfDue()
      }
    } wantsStop: {
      if stop == nil { stop = settings.stopping.reason(nextUnit: longest) }
      return stop != nil
    } progress: {
      progress($0, $1)
    }
    try timingJournal { try writer?.flush() }
    return (stop, journalSeconds)
  }

  /// The reason of the first rank that has one. Collective.
  func shared(_ reason: String?) throws -> String {
    try communicator.allGather(Array((reason ?? "").utf8)).map { String(decoding: $0, as: UTF8.self) }
      .first { !$0.isEmpty } ?? "early"
  }

  // MARK: Writing

  /// Opens this rank's own file of the journal, once.
  func openWriter() throws {
    precondition(!isWriterTaken, "stages are evaluated before a keeper takes the writer")
    guard writer == nil else { return }
    writer = try journal.makeWriter(
      output, rank: communicator.rank, flushInterval: settings.checkpointInterval)
  }

  /// Appends a record to this rank's own file; returns where it begins.
  func append(_ record: JournalRecord) throws -> Int {
    guard let offset = try writer?.append(record) else { preconditionFailure("an open journal") }
    return offset
  }

  /// Gives this rank's own file away, to a keeper that goes on with it.
  func takeWriter() throws -> JournalWriter {
    try openWriter()
    guard let writer = writer.take() else { preconditionFailure("an open journal") }
    isWriterTaken = true
    return writer
  }
}
