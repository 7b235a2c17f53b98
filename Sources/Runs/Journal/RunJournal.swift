import Basics
import MessagePassing

/// The journal of a run as one start finds it: the records of earlier starts, each file of them read by one rank.
public struct RunJournal: Sendable {
  /// The folder of the journal.
  public let folder: JournalFolder
  /// The number of this start, from 1 up.
  public let start: Int
  /// Bytes of records that were cut short and are left out, of all files together.
  public let droppedByteCount: Int
  /// The names of the files of earlier starts, then of those that this start's ranks write.
  let names: [String]
  /// The records in the files that this rank read.
  let ownEntries: [Entry]

  /// A whole record and where it is.
  struct Entry: Sendable, BitwiseCopyable {
    let number: Int
    let place: JournalPlace
    let byteCount: Int
  }

  /// Reads what earlier starts left; `isPlausible` says whether the record of a piece of a stage can have so many
  /// bytes. Collective.
  public static func open(
    _ output: RunOutput, communicator: Communicator,
    isPlausible: (_ stage: Int, _ piece: Int, _ byteCount: Int) -> Bool = { _, _, _ in true }
  ) throws -> RunJournal {
    let folder = output.journal
    let listed = try communicator.agree { () -> (names: [String], start: Int)? in
      guard communicator.rank == 0 else { return nil }
      return (try folder.unitsNames(), try folder.nextStart())
    }
    let text = listed.map { "\($0.start)\n" + $0.names.joined(separator: "\n") } ?? ""
    let lines = String(decoding: try communicator.broadcast(Array(text.utf8), from: 0), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let start = lines.first.flatMap { Int($0) } ?? 1
    let names = Array(lines.dropFirst())
    var (entries, dropped): ([Entry], Int) = ([], 0)
    try communicator.agree {
      for index in stride(from: communicator.rank, to: names.count, by: communicator.size) {
        let file = try read(names[index], of: output, isPlausible: isPlausible)
        dropped += file.droppedByteCount
        entries += file.entries.map {
          Entry(number: $0.unit, place: JournalPlace(file: index, offset: $0.offset), byteCount: $0.byteCount)
        }
      }
    }
    let ownNames = (0..<communicator.size).map { JournalFolder.unitsName(start: start, rank: $0) }
    return RunJournal(
      folder: folder, start: start,
      droppedByteCount: Int(try communicator.allReduce([Int64(dropped)], .sum)[0]), names: names + ownNames,
      ownEntries: entries)
  }

  private static func read(
    _ name: String, of output: RunOutput, isPlausible: (_ stage: Int, _ piece: Int, _ byteCount: Int) -> Bool
  ) throws -> JournalFile {
    let folder = output.journal
    let file = try JournalFile(path: folder.path + "/" + name) { number, byteCount in
      isPlausible(number / RunStage.pieceLimit, number % RunStage.pieceLimit, byteCount)
    }
    if let header = file.header {
      guard header.planSHA256 == output.planSHA256, header.modelSHA256 == output.modelSHA256 else {
        throw RunsError(
          "cannot continue from \(folder.path): \(name) belongs to another plan or model; remove that file, or "
            + "discard all with --restart")
      }
    }
    return file
  }

  /// This rank's own file of this start, which must not be there yet.
  func makeWriter(_ output: RunOutput, rank: Int, flushInterval: Duration) throws -> JournalWriter {
    try JournalWriter(
      path: folder.unitsPath(start: start, rank: rank),
      header: JournalHeader(
        planSHA256: output.planSHA256, modelSHA256: output.modelSHA256, start: start, rank: rank),
      flushInterval: flushInterval)
  }

  /// The record at a place.
  func record(at place: JournalPlace, byteCount: Int) throws -> JournalRecord {
    try JournalFile.record(path: path(of: place), offset: place.offset, byteCount: byteCount)
  }

  /// The path of the file of a place.
  func path(of place: JournalPlace) -> String { folder.path + "/" + names[place.file] }

  /// The rank that wrote the file of a place.
  func rank(of place: JournalPlace) -> Int { JournalFolder.rank(ofUnitsName: names[place.file]) ?? 0 }

  // MARK: All records

  /// The number of pieces that earlier starts finished, of all stages. Collective.
  public func pieceCount(_ communicator: Communicator) throws -> Int {
    Set(try Sharing(communicator).ofAllRanks(ownEntries.map(\.number))).count
  }

  /// What all pieces gave whose records are numbered from `first` up, by number, on every rank; of two records of a
  /// piece the later counts. Collective.
  func records(from first: Int, communicator: Communicator) throws -> [Int: [UInt8]] {
    let sharing = Sharing(communicator)
    let own = ownEntries.filter { $0.number >= first }
    let bytes = try sharing.byRank(
      try sharing.agree { try own.flatMap { try record(at: $0.place, byteCount: $0.byteCount).bytes } })
    let fronts = try sharing.byRank(own)
    var newest: [Int: (place: Int64, bytes: [UInt8])] = [:]
    for (fronts, bytes) in zip(fronts, bytes) {
      var start = 0
      for front in fronts {
        let end = start + front.byteCount
        if newest[front.number].map({ $0.place < front.place.number }) ?? true {
          newest[front.number] = (front.place.number, Array(bytes[start..<end]))
        }
        start = end
      }
    }
    return newest.mapValues(\.bytes)
  }
}

/// A file of a journal and a byte in it, in one number that grows from record to record, so that ranks can agree on the
/// latest.
struct JournalPlace: Equatable, Sendable, BitwiseCopyable {
  /// The number of no place.
  static let none = Int64(-1)
  private static let offsetBits = 40

  let file: Int
  let offset: Int

  init(file: Int, offset: Int) {
    self.file = file
    self.offset = offset
  }

  init(number: Int64) {
    file = Int(number >> JournalPlace.offsetBits)
    offset = Int(number & (1 << JournalPlace.offsetBits - 1))
  }

  var number: Int64 { Int64(file) << JournalPlace.offsetBits | Int64(offset) }
}
