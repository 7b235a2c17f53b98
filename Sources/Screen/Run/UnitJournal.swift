import MessagePassing
import Perturbations
import Runs

/// Where the finished units of a screen stand in its journal, the same on every rank.
struct UnitJournal {
  /// A file of the journal and a byte in it, in one number, so that ranks can agree on the least.
  private struct Place {
    static let none = Int64.max
    private static let offsetBits = 40

    let file: Int
    let offset: Int

    init(file: Int, offset: Int) {
      self.file = file
      self.offset = offset
    }

    init(number: Int64) {
      file = Int(number >> Place.offsetBits)
      offset = Int(number & (1 << Place.offsetBits - 1))
    }

    var number: Int64 { Int64(file) << Place.offsetBits | Int64(offset) }
  }

  /// A finished unit and who did it.
  struct Finished {
    let phenotypes: Phenotypes
    let seconds: Double
    let rank: Int
  }

  let folder: JournalFolder
  /// The number of this start, from 1 up.
  let start: Int
  /// Bytes of records that were cut short and are left out.
  let droppedByteCount: Int
  private let screen: PreparedScreen
  private let units: Range<Int>
  /// Those of earlier starts, then those of this start's ranks.
  private var names: [String]
  /// The place of each unit's record; `Place.none` where it is not finished.
  private var places: [Int64]

  // MARK: Reading

  /// Reads what earlier starts left, each file by one rank. Collective.
  static func open(
    _ output: OutputFile, screen: PreparedScreen, communicator: Communicator
  ) throws -> UnitJournal {
    let (folder, units) = (output.journal, output.units)
    let listed = try communicator.agree { () -> (names: [String], start: Int)? in
      guard communicator.rank == 0 else { return nil }
      return (try folder.unitsNames(), try folder.nextStart())
    }
    let text = listed.map { "\($0.start)\n" + $0.names.joined(separator: "\n") } ?? ""
    let lines = String(decoding: try communicator.broadcast(Array(text.utf8), from: 0), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let start = lines.first.flatMap { Int($0) } ?? 1
    let names = Array(lines.dropFirst())
    var places = Array(repeating: Place.none, count: screen.plan.units.count)
    var dropped = 0
    let rowByteCount = screen.emptyTable(rows: 1).byteCount
    try communicator.agree {
      for index in stride(from: communicator.rank, to: names.count, by: communicator.size) {
        let path = folder.path + "/" + names[index]
        let file = try JournalFile(path: path) { unit, byteCount in
          units.contains(unit) && byteCount == screen.plan.units[unit].positions.count * rowByteCount
        }
        dropped += file.droppedByteCount
        guard let header = file.header else { continue }
        guard header.planSHA256 == output.planSHA256, header.modelSHA256 == output.modelSHA256 else {
          throw ScreenError(
            "cannot go on with \(folder.path): \(names[index]) belongs to another plan or model; remove that file, or "
              + "throw all away with --restart")
        }
        for entry in file.entries {
          places[entry.unit] = min(places[entry.unit], Place(file: index, offset: entry.offset).number)
        }
      }
    }
    let ownNames = (0..<communicator.size).map { JournalFolder.unitsName(start: start, rank: $0) }
    return UnitJournal(
      folder: folder, start: start,
      droppedByteCount: Int(try communicator.allReduce([Int64(dropped)], .sum)[0]), screen: screen, units: units,
      names: names + ownNames, places: try communicator.allReduce(places, .minimum))
  }

  /// Units that are to be evaluated yet, ascending.
  var remaining: [Int] { units.filter { places[$0] == Place.none } }

  /// Reads a finished unit.
  func finished(_ unit: Int) throws -> Finished {
    let place = Place(number: places[unit])
    guard places[unit] != Place.none, place.file < names.count else {
      throw ScreenError("cannot gather unit \(unit): no rank has finished it")
    }
    let path = folder.path + "/" + names[place.file]
    var phenotypes = screen.emptyTable(rows: screen.plan.units[unit].positions.count)
    let record = try JournalFile.record(path: path, offset: place.offset, byteCount: phenotypes.byteCount)
    guard record.unit == unit, phenotypes.read(record.bytes[...]) == record.bytes.count else {
      throw ScreenError("cannot gather unit \(unit): \(path) holds another at its place; run again with --restart")
    }
    return Finished(phenotypes: phenotypes, seconds: record.seconds, rank: rank(ofFile: place.file))
  }

  // MARK: Writing

  /// This rank's own file, of this start.
  func makeWriter(_ output: OutputFile, communicator: Communicator, flushInterval: Duration) throws -> JournalWriter {
    try JournalWriter(
      path: folder.unitsPath(start: start, rank: communicator.rank),
      header: JournalHeader(
        planSHA256: output.planSHA256, modelSHA256: output.modelSHA256, start: start, rank: communicator.rank),
      flushInterval: flushInterval)
  }

  /// Remembers that a rank of `size` has written a unit at `offset` of its own file.
  mutating func note(_ unit: Int, offset: Int, rank: Int, of size: Int) {
    places[unit] = min(places[unit], Place(file: names.count - size + rank, offset: offset).number)
  }

  /// Tells all ranks what each has noted. Collective.
  mutating func share(_ communicator: Communicator) throws {
    places = try communicator.allReduce(places, .minimum)
  }

  // MARK: Private

  private func rank(ofFile index: Int) -> Int { JournalFolder.rank(ofUnitsName: names[index]) ?? 0 }
}
