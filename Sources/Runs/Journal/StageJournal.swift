import Basics
import MessagePassing

/// Where the finished pieces of one stage stand in the journal of its run, the same on every rank. Of two records of a
/// piece the later counts.
public struct StageJournal: Sendable {
  /// A finished piece.
  public struct Finished: Sendable {
    /// The bytes that the piece gave.
    public let bytes: [UInt8]
    /// Seconds by the wall that it took.
    public let seconds: Double
    /// The rank that did it, in its start.
    public let rank: Int
  }

  /// The stage whose pieces these are.
  public let stage: RunStage
  private let journal: RunJournal
  /// The place of each piece of the stage; `JournalPlace.none` where it is not finished.
  private var places: [Int64]

  /// Finds the pieces of a stage that earlier starts finished. Collective.
  init(_ stage: RunStage, journal: RunJournal, communicator: Communicator) throws {
    self.stage = stage
    self.journal = journal
    var places = Array(repeating: JournalPlace.none, count: stage.pieces.count)
    let numbers = stage.record(of: stage.pieces.lowerBound)..<stage.record(of: stage.pieces.upperBound)
    for entry in journal.ownEntries where numbers.contains(entry.number) {
      let index = entry.number - numbers.lowerBound
      places[index] = max(places[index], entry.place.number)
    }
    self.places = try communicator.allReduce(places, .maximum)
  }

  /// Pieces that are to be evaluated yet, ascending.
  public var remaining: [Int] { stage.pieces.filter { !isFinished($0) } }

  /// Whether all pieces are finished.
  public var isWhole: Bool { !places.contains(JournalPlace.none) }

  /// Whether a piece is finished.
  public func isFinished(_ piece: Int) -> Bool { places[piece - stage.pieces.lowerBound] != JournalPlace.none }

  /// Reads a finished piece, which has `byteCount` bytes.
  public func finished(_ piece: Int, byteCount: Int) throws -> Finished {
    try finished(piece) { try journal.record(at: $0, byteCount: byteCount) }
  }

  /// Reads a finished piece of whatever length.
  public func finished(_ piece: Int) throws -> Finished {
    try finished(piece) { try JournalFile.record(path: journal.path(of: $0), offset: $0.offset) }
  }

  /// What all pieces gave, in their order, on every rank; each is read by one. Collective.
  public func allBytes(_ communicator: Communicator) throws -> [[UInt8]] {
    try Sharing(communicator).map(stage.pieces.count) { try finished(stage.pieces.lowerBound + $0).bytes }
  }

  // MARK: Evaluating

  /// Remembers that a rank of `size` has written a piece at `offset` of its own file.
  mutating func note(_ piece: Int, offset: Int, rank: Int, of size: Int) {
    let place = JournalPlace(file: journal.names.count - size + rank, offset: offset).number
    places[piece - stage.pieces.lowerBound] = max(places[piece - stage.pieces.lowerBound], place)
  }

  /// Lets all ranks know what each has noted. Collective.
  mutating func share(_ communicator: Communicator) throws {
    places = try communicator.allReduce(places, .maximum)
  }

  /// Takes pieces for missing whose bytes `isWhole` says the stage cannot have given; each is read by one rank.
  /// Collective.
  public mutating func check(_ communicator: Communicator, isWhole: (_ piece: Int, _ bytes: [UInt8]) -> Bool) throws {
    let finished = stage.pieces.filter(isFinished)
    let verdicts = try Sharing(communicator).map(finished.count) { place in
      [isWhole(finished[place], try self.finished(finished[place]).bytes)]
    }
    for (piece, verdict) in zip(finished, verdicts) where verdict != [true] {
      places[piece - stage.pieces.lowerBound] = JournalPlace.none
    }
  }

  private func finished(_ piece: Int, read: (JournalPlace) throws -> JournalRecord) throws -> Finished {
    guard isFinished(piece) else { throw RunsError("cannot gather unit \(piece): no rank has finished it") }
    let place = JournalPlace(number: places[piece - stage.pieces.lowerBound])
    let record = try read(place)
    guard record.unit == stage.record(of: piece) else {
      throw RunsError(
        "cannot gather unit \(piece): \(journal.path(of: place)) holds another at its place; run again with --restart")
    }
    return Finished(bytes: record.bytes, seconds: record.seconds, rank: journal.rank(of: place))
  }
}
