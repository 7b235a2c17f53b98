import Archive
import Basics
import Foundation
import MessagePassing
import Perturbations
import Runs

/// The finished units of a screen that runs or was stopped. Its journal is read and never written, so that the screen
/// may go on meanwhile; a record that is cut short counts as not there.
public struct PartialScreen: Sendable {
  /// The place of a finished unit's record.
  private struct Place: Codable {
    let unit: Int
    let file: String
    let offset: Int
  }

  private let folder: JournalFolder
  private let outline: ScreenOutline
  /// The places of the records, in the plan's order.
  private let places: [Place]
  /// Where the mutations of each of them begin among those that are there, and at the end how many these are.
  private let starts: [Int]

  /// How much of the screen is there.
  public var progress: Provenance.Progress {
    .init(
      unitsDone: places.count, unitCount: outline.units.count, mutationCount: outline.description.mutationCount)
  }

  /// Where the results of the finished units go: `screen.h5` has `screen.partial.h5` beside it.
  public static func path(besides output: String) -> String {
    (output.hasSuffix(".h5") ? String(output.dropLast(3)) : output) + ".partial.h5"
  }

  // MARK: Reading

  /// Looks at the journal of an output; rank 0 does, so that all ranks see the same units. Collective.
  public static func open(output: String, communicator: Communicator) throws -> PartialScreen {
    let folder = JournalFolder(output: output)
    let found = try communicator.agree {
      communicator.rank == 0 ? try JSONEncoder().encode(finished(in: folder)) : Data()
    }
    let bytes = try communicator.broadcast(Array(found), from: 0)
    return try communicator.agree {
      PartialScreen(
        folder: folder, outline: try ScreenOutline(path: folder.outlinePath),
        places: try JSONDecoder().decode([Place].self, from: Data(bytes)))
    }
  }

  private init(folder: JournalFolder, outline: ScreenOutline, places: [Place]) {
    self.folder = folder
    self.outline = outline
    self.places = places
    starts = places.reduce(into: [0]) { $0.append($0[$0.count - 1] + outline.units[$1.unit].count) }
  }

  private static func finished(in folder: JournalFolder) throws -> [Place] {
    guard folder.exists else {
      throw ScreenError(
        "cannot look at a part of a screen: there is no journal \(folder.path); name the output of a screen that runs "
          + "or was stopped")
    }
    guard FileManager.default.fileExists(atPath: folder.outlinePath) else {
      throw ScreenError(
        "cannot look at a part of \(folder.path): it does not say what its units are of, because no unit was begun or "
          + "an earlier version of locus began it; continue the screen first")
    }
    let outline = try ScreenOutline(path: folder.outlinePath)
    if let part = outline.description.provenance.part {
      throw ScreenError(
        "cannot look at a part of \(folder.path): it is of part \(part.index) of \(part.count) of a screen; finish all "
          + "parts and join them with locus gather")
    }
    guard !outline.description.recording.pairs else {
      throw ScreenError(
        "cannot look at a part of \(folder.path): it is a screen of pairs, which are compared with each other; finish "
          + "the screen first")
    }
    let rowByteCount = outline.description.emptyTable(rows: 1).byteCount
    let plan = outline.description.provenance.planSHA256
    var places: [Int: Place] = [:]
    for name in try folder.unitsNames() {
      let file = try JournalFile(path: folder.path + "/" + name) { unit, byteCount in
        outline.units.indices.contains(unit) && byteCount == outline.units[unit].count * rowByteCount
      }
      guard file.header?.planSHA256 == plan else { continue }
      for entry in file.entries where places[entry.unit] == nil {
        places[entry.unit] = Place(unit: entry.unit, file: name, offset: entry.offset)
      }
    }
    guard !places.isEmpty else {
      throw ScreenError(
        "cannot look at a part of \(folder.path): no unit is finished yet; wait until locus status shows one")
    }
    return places.values.sorted { $0.unit < $1.unit }
  }

  // MARK: Writing

  /// Writes the results of the finished units, as those of a screen of fewer mutations, in place of an earlier such
  /// file. Collective.
  public func write(to path: String, created: String, commandLine: String, communicator: Communicator) throws {
    var description = outline.description
    description.mutationCount = starts[places.count]
    description.unitCount = places.count
    description.provenance.progress = progress
    description.provenance.created = created
    description.provenance.commandLine = commandLine
    try communicator.agree { try PartialScreen.checkReplaceable(path) }
    let temporaryPath = path + ".new"
    let writer = try ResultsWriter(path: temporaryPath, communicator: communicator, description: description)
    var seconds = places.map { _ in 0.0 }
    try RowRounds(communicator: communicator, description: description).write(to: writer) { rows in
      try read(rows, of: description, noting: &seconds)
    }
    try writer.finish(
      unitSeconds: try communicator.allReduce(seconds, .sum),
      unitRanks: places.map { Int32(JournalFolder.rank(ofUnitsName: $0.file) ?? 0) })
    try communicator.agree {
      guard communicator.rank == 0, rename(temporaryPath, path) != 0 else { return }
      throw ScreenError("cannot rename \(temporaryPath) to \(path): \(SystemError.reason(errno))")
    }
  }

  /// Nothing but an earlier file of its kind may be at the path.
  private static func checkReplaceable(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard ResultsFile.progress(at: path) != nil else {
      throw ScreenError("cannot write the finished units to \(path): another file is there; move it away and run again")
    }
  }

  /// Some rows of what is there, from the units that they are of, and the times of units that begin among them.
  private func read(
    _ rows: Range<Int>, of description: ScreenDescription, noting seconds: inout [Double]
  ) throws -> (table: Phenotypes, mutations: [Mutation]) {
    var table = description.emptyTable(rows: rows.count)
    var mutations: [Mutation] = []
    for (index, place) in places.enumerated() {
      let own = starts[index]..<starts[index + 1]
      let shared = own.clamped(to: rows)
      guard !shared.isEmpty else { continue }
      var unit = description.emptyTable(rows: own.count)
      let record = try record(place)
      guard record.unit == place.unit, unit.read(record.bytes[...]) == record.bytes.count else {
        throw ScreenError("cannot read unit \(place.unit) of \(folder.path): another is at its place; run again")
      }
      // A unit in two ranks' rows is noted by the first.
      if rows.contains(own.lowerBound) { seconds[index] = record.seconds }
      let part = shared.lowerBound - own.lowerBound..<shared.upperBound - own.lowerBound
      table.replaceRows(from: shared.lowerBound - rows.lowerBound, with: unit, rows: part)
      let first = outline.units[place.unit].lowerBound
      mutations += try outline.mutations(first + part.lowerBound..<first + part.upperBound)
    }
    return (table, mutations)
  }

  private func record(_ place: Place) throws -> JournalRecord {
    let rowByteCount = outline.description.emptyTable(rows: 1).byteCount
    return try JournalFile.record(
      path: folder.path + "/" + place.file, offset: place.offset,
      byteCount: outline.units[place.unit].count * rowByteCount)
  }
}

extension JournalFolder {
  /// What the screen is of, for those who look at its units before all are finished.
  var outlinePath: String { path + "/outline.h5" }
}
