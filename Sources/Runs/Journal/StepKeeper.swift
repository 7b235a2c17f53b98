import Foundation
import MessagePassing
import Synchronization

/// A keeper of the pieces of a computation whose steps share them over ranks by themselves, each step a stage of a run:
/// what is finished is in the run's journal, and a later start is given it.
///
/// Steps are numbered in the order in which the computation comes to them, which must depend on nothing but what it
/// computes: neither on ranks nor on what was kept. Every rank has a keeper.
public final class StepKeeper: PieceKeeper {
  /// How far the step under way is.
  public struct Report: Sendable {
    /// The number of the step in its run, from 0 up.
    public let step: Int
    /// What the step does, in a few words.
    public let name: String
    /// Pieces that all ranks together have finished, about.
    public let done: Int
    /// All pieces of the step.
    public let count: Int
    /// Pieces of the whole run that are safe, at least.
    public let safe: Int
    /// Whether this is the first report of the step.
    public let isFirst: Bool
  }

  private struct Progress: ~Copyable, Sendable {
    var writer: JournalWriter?
    var isWriting = true
    var step: Int
    /// Pieces of the steps before.
    var finished = 0
    /// The pieces of this step, nil until they are known; then how many earlier starts kept, and how many this rank
    /// did.
    var pieceCount: Int?
    var keptOfStep = 0
    var ownOfStep = 0
    var longest = 0.0
    var since = ContinuousClock.now
    var status: StatusKeeper<NoDetails>
  }

  /// What earlier starts finished, by the number of its record.
  private let kept: [Int: [UInt8]]
  private let keptCount: Int
  private let stopping: StoppingRule
  private let start: StartRecord
  private let isFirst: Bool
  private let begun = ContinuousClock.now
  private let noting: @Sendable (String) -> Void
  private let showing: @Sendable (Report) -> Void
  private let progress: Mutex<Progress>

  /// A keeper of the steps of a run behind its first `stages` stages, which have `pieces` pieces together. `noting` is
  /// given what a person may want to know, and `showing` on every rank how far the step is. Collective.
  public init(
    _ run: Run, behind stages: Int = 0, pieces: Int = 0, noting: @escaping @Sendable (String) -> Void,
    showing: @escaping @Sendable (Report) -> Void
  ) throws {
    kept = try run.journal.records(from: stages * RunStage.pieceLimit, communicator: run.communicator)
    keptCount = pieces + kept.count
    stopping = run.settings.stopping
    start = run.start
    isFirst = run.communicator.rank == 0
    self.noting = noting
    self.showing = showing
    let writer = try run.communicator.agree { try run.takeWriter() }
    progress = Mutex(
      Progress(
        writer: consume writer, step: stages - 1, finished: pieces, status: StatusKeeper(folder: run.output.journal)))
  }

  // MARK: Pieces

  /// The number of the step that begins now.
  public func beginStep() -> Int {
    progress.withLock { progress in
      progress.step += 1
      // Other ranks kept their pieces of the step before; this one what it could write.
      progress.finished += progress.isWriting ? progress.pieceCount ?? 0 : progress.keptOfStep + progress.ownOfStep
      progress.pieceCount = nil
      (progress.keptOfStep, progress.ownOfStep) = (0, 0)
      progress.longest = 0
      progress.since = .now
      return progress.step
    }
  }

  /// A piece of a step as an earlier start kept it, the same on every rank; nil where none did.
  public func piece(_ number: Int, of step: Int) -> [UInt8]? { kept[step * RunStage.pieceLimit + number] }

  /// Keeps a piece that this rank has finished. Where it cannot be written, this is noted once, and no more is kept.
  public func keep(_ bytes: [UInt8], piece: Int, of step: Int) {
    let failure = progress.withLock { progress -> (any Error)? in
      let seconds = (ContinuousClock.now - progress.since).seconds
      progress.since = .now
      progress.longest = max(progress.longest, seconds)
      guard progress.isWriting else { return nil }
      let record = JournalRecord(unit: step * RunStage.pieceLimit + piece, seconds: seconds, bytes: bytes)
      do {
        _ = try progress.writer?.append(record)
        try progress.writer?.flushIfDue()
        progress.ownOfStep += 1
        return nil
      } catch {
        progress.writer = nil
        progress.isWriting = false
        return error
      }
    }
    // What is computed is not lost by it, only what an interruption would spare.
    if let failure {
      noting("\(failure); from now on no finished piece is kept, so that an interruption would cost them")
    }
  }

  // MARK: Stopping

  /// Whether this rank was asked to end early.
  public var isToStop: Bool { stopReason != nil }

  /// Why this rank is to stop, if it is.
  public var stopReason: String? { stopping.reason(nextUnit: progress.withLock { $0.longest }) }

  /// Flushes what is finished to disk and writes into the status why the run stopped.
  public func stopped(_ reason: String) {
    progress.withLock { progress in
      try? progress.writer?.flush()
      if isFirst { progress.status.stopped(reason) }
    }
  }

  // MARK: Progress

  /// Takes note, on each rank, of how many pieces of the step under way are finished.
  public func show(_ step: String, done: Int, of count: Int) {
    let report = progress.withLock { progress in
      let isNew = progress.pieceCount == nil
      if isNew {
        progress.pieceCount = count
        progress.keptOfStep = done
      }
      let safe = safe(progress)
      if isFirst {
        let seconds = (ContinuousClock.now - begun).seconds
        progress.status.note(
          RunStatus(phase: step, unitsDone: safe, unitCount: nil, evaluatingSeconds: seconds, start: start), NoDetails()
        )
      }
      return Report(step: progress.step, name: step, done: done, count: count, safe: safe, isFirst: isNew)
    }
    showing(report)
  }

  /// Pieces of the whole run that are safe, at least: other ranks report what they finished at the end of each step.
  public var safe: Int { progress.withLock { safe($0) } }

  private func safe(_ progress: borrowing Progress) -> Int {
    max(keptCount, progress.finished + progress.keptOfStep + progress.ownOfStep)
  }
}
