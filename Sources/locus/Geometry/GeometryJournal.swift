import Basics
import CKernels
import Foundation
import Geometry
import MessagePassing
import Runs
import Screen
import Synchronization

/// The journal of an analysis of a cloud, beside the file to be written: finished pieces, by rank and start, until that
/// is whole.
///
/// Pieces are framed and told torn from whole as a screen's units are. What a piece is of, its number alone says, so
/// that a journal goes on under the very same conditions only.
final class GeometryJournal: PieceKeeper {
  /// Pieces of a step at most; a record's number is that of its step times this, and its own.
  private static let pieceLimit = 1 << 32

  private struct Progress: ~Copyable {
    var writer: JournalWriter?
    var step = -1
    /// Pieces of the steps before.
    var finished = 0
    /// Of this step: its pieces, nil until they are told, those of earlier starts, and those that this rank finished.
    var pieceCount: Int?
    var keptOfStep = 0
    var ownOfStep = 0
    var longest = 0.0
    var since = ContinuousClock.now
    var meter: CountMeter
  }

  private let folder: JournalFolder
  private let lock: OutputLock?
  /// What earlier starts finished, by number.
  private let kept: [Int: [UInt8]]
  private let stopping: StoppingRule
  private let notice: StopNotice
  private let isShown: Bool
  private let progress: Mutex<Progress>

  /// Opens the journal beside `output`, or begins it. An error where another process has it, or where it is of other
  /// conditions, unless it is to be thrown away. Collective.
  init(
    output: String, conditions: PlanConditions, restarts: Bool, stopping: StoppingRule, notice: StopNotice,
    isShown: Bool,
    world: Communicator, noting: (String) -> Void
  ) throws {
    let folder = JournalFolder(output: output)
    let opened = try world.agree { () -> Opened? in
      guard world.rank == 0 else { return nil }
      return try Opened(folder, conditions, restarts: restarts, noting: noting)
    }
    lock = opened?.lock
    let start = Int(try world.broadcast(Int64(opened?.start ?? 0), from: 0))
    let records = try world.broadcast(opened?.records ?? [], from: 0)
    kept = GeometryJournal.pieces(records)
    if world.rank == 0, !kept.isEmpty { noting("going on: \(kept.count.grouped) pieces are finished already") }
    self.folder = folder
    self.stopping = stopping
    self.notice = notice
    self.isShown = isShown && world.rank == 0
    let writer = try world.agree {
      try JournalWriter(
        path: folder.unitsPath(start: start, rank: world.rank),
        header: JournalHeader(
          planSHA256: conditions.planSHA256, modelSHA256: conditions.modelSHA256, start: start, rank: world.rank),
        flushInterval: .seconds(30))
    }
    if !kept.isEmpty { notice.set("\(kept.count.grouped) pieces are safe in \(folder.path); the same command goes on") }
    progress = Mutex(Progress(writer: consume writer, meter: CountMeter(isShown: self.isShown)))
  }

  // MARK: Pieces

  func beginStep() -> Int {
    progress.withLock { progress in
      progress.step += 1
      progress.finished += progress.pieceCount ?? 0
      progress.pieceCount = nil
      (progress.keptOfStep, progress.ownOfStep) = (0, 0)
      progress.longest = 0
      progress.since = .now
      progress.meter.end()
      return progress.step
    }
  }

  func piece(_ number: Int, of step: Int) -> [UInt8]? { kept[step * GeometryJournal.pieceLimit + number] }

  func keep(_ bytes: [UInt8], piece: Int, of step: Int) {
    progress.withLock { progress in
      let seconds = (ContinuousClock.now - progress.since).seconds
      progress.since = .now
      progress.longest = max(progress.longest, seconds)
      let record = JournalRecord(unit: step * GeometryJournal.pieceLimit + piece, seconds: seconds, bytes: bytes)
      do {
        _ = try progress.writer?.append(record)
        try progress.writer?.flushIfDue()
        progress.ownOfStep += 1
      } catch {
        // What is computed is not lost by it, only what an interruption would spare.
        Console.note("locus: \(error); nothing more is kept for the case of an interruption")
        progress.writer = nil
      }
    }
  }

  var isToStop: Bool { stopReason != nil }

  /// Why this rank is to stop, if it is.
  var stopReason: String? { stopping.reason(nextUnit: progress.withLock { $0.longest }) }

  func show(_ step: String, done: Int, of count: Int) {
    progress.withLock { progress in
      if progress.pieceCount == nil {
        progress.pieceCount = count
        progress.keptOfStep = done
        progress.meter.begin(from: done)
      }
      notice.set(safety(progress))
      progress.meter.show("step \(progress.step + 1), \(step):", done, of: count, tellsTimeLeft: true)
    }
  }

  /// What is safe now, in words.
  var safety: String { progress.withLock { safety($0) } }

  /// At least: other ranks tell what they finished at the end of each step.
  private func safety(_ progress: borrowing Progress) -> String {
    let count = max(kept.count, progress.finished + progress.keptOfStep + progress.ownOfStep)
    return "\(count.grouped) pieces are safe in \(folder.path); the same command goes on"
  }

  // MARK: The end

  /// Hands what is finished to the disk and lets others go on.
  func setAside() {
    progress.withLock { progress in
      progress.meter.end()
      try? progress.writer?.flush()
    }
    lock?.release()
  }

  /// Clears the line that tells how far it is.
  func clearLine() { progress.withLock { $0.meter.end() } }

  /// Removes the journal, which is of no more use; rank 0 does.
  func remove() {
    guard let lock else { return }
    // What stays behind is of these conditions, and does no harm.
    try? folder.clear()
    lock.release()
    folder.removeIfEmpty()
  }

  // MARK: Earlier starts

  /// What rank 0 finds.
  private struct Opened {
    let lock: OutputLock
    let start: Int
    /// Whole records of all earlier starts: number, length, bytes.
    let records: [UInt8]

    init(_ folder: JournalFolder, _ conditions: PlanConditions, restarts: Bool, noting: (String) -> Void) throws {
      try folder.create()
      do {
        lock = try OutputLock(path: folder.lockPath, noting: noting)
      } catch {
        folder.removeIfEmpty()
        throw error
      }
      do {
        if restarts { try folder.clear() }
        try folder.adopt(conditions)
        start = try folder.nextStart()
        records = try GeometryJournal.records(folder, conditions)
      } catch {
        lock.release()
        folder.removeIfEmpty()
        throw error
      }
    }
  }

  /// Those of all files that are of these conditions, one behind the other: their number, their length, their bytes.
  private static func records(_ folder: JournalFolder, _ conditions: PlanConditions) throws -> [UInt8] {
    var records: [UInt8] = []
    func add(_ number: Int) { withUnsafeBytes(of: Int64(number)) { records += $0 } }
    for name in try folder.unitsNames() {
      let path = folder.path + "/" + name
      let file = try JournalFile(path: path)
      guard let header = file.header, header.planSHA256 == conditions.planSHA256,
        header.modelSHA256 == conditions.modelSHA256
      else { continue }
      for entry in file.entries {
        let record = try JournalFile.record(path: path, offset: entry.offset, byteCount: entry.byteCount)
        add(record.unit)
        add(record.bytes.count)
        records += record.bytes
      }
    }
    return records
  }

  private static func pieces(_ records: [UInt8]) -> [Int: [UInt8]] {
    var (pieces, place): ([Int: [UInt8]], Int) = ([:], 0)
    func next() -> Int {
      defer { place += MemoryLayout<Int64>.size }
      return records.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: place, as: Int64.self)) }
    }
    while place < records.count {
      let (number, count) = (next(), next())
      pieces[number] = Array(records[place..<place + count])
      place += count
    }
    return pieces
  }
}

extension PlanConditions {
  /// Of an analysis of a cloud by these options. `inputs` are what it depends on besides, hashed together.
  static func geometry(options: [(name: String, value: String)], inputsSHA256: String) -> PlanConditions {
    let items =
      [
        Item(name: "steps", value: "1"), Item(name: "version of locus", value: Version.current),
        Item(name: "kernels", value: String(cString: locus_instruction_set())),
        Item(name: "the cloud", value: inputsSHA256),
      ] + options.map { Item(name: $0.name, value: $0.value) }
    let text = items.map { "\($0.name)=\($0.value)\n" }.joined()
    return PlanConditions(
      planSHA256: SHA256.hexadecimal(of: Array(text.utf8)), modelSHA256: inputsSHA256, items: items)
  }
}
