import Foundation
import Runs
import Testing
import TestSupport

/// What was written is read, and what was cut short or damaged is left out.
@Suite struct JournalFileTests {
  private static let header = JournalHeader(
    planSHA256: String(repeating: "a", count: 64), modelSHA256: String(repeating: "b", count: 64), start: 3, rank: 17)

  /// The bytes of unit `unit`: as many as its number.
  private static func record(_ unit: Int) -> JournalRecord {
    JournalRecord(unit: unit, seconds: Double(unit) / 3, bytes: (0..<unit).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  private static func write(_ path: String, units: [Int]) throws -> [Int] {
    var writer = try JournalWriter(path: path, header: header, flushInterval: .seconds(1000))
    let offsets = try units.map { try writer.append(record($0)) }
    try writer.flushIfDue()
    try writer.flush()
    return offsets
  }

  private static func read(_ path: String) throws -> JournalFile {
    try JournalFile(path: path) { unit, byteCount in byteCount == unit }
  }

  @Test(arguments: [[], [0], [5, 1, 70_000], Array(1...50)])
  func whatIsWrittenIsRead(units: [Int]) throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/0003-00017.units"
      let offsets = try JournalFileTests.write(path, units: units)
      let file = try JournalFileTests.read(path)
      #expect(file.header == JournalFileTests.header)
      #expect(file.entries.map(\.unit) == units && file.entries.map(\.offset) == offsets)
      #expect(file.droppedByteCount == 0)
      for entry in file.entries {
        let record = try JournalFile.record(path: path, offset: entry.offset, byteCount: entry.byteCount)
        #expect(record == JournalFileTests.record(entry.unit))
      }
      #expect(try JournalFile(path: path, checkingSums: false).entries == file.entries)
    }
  }

  @Test func ofEveryCutFileTheWholeRecordsAreRead() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/whole"
      let offsets = try JournalFileTests.write(path, units: [40, 3, 20])
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let ends = offsets.dropFirst() + [bytes.count]
      for length in 0...bytes.count {
        let cut = folder + "/cut"
        try bytes.prefix(length).write(to: URL(fileURLWithPath: cut))
        let file = try JournalFileTests.read(cut)
        let whole = ends.count { $0 <= length }
        #expect(file.entries.map(\.unit) == Array([40, 3, 20].prefix(whole)), "\(length) bytes")
        let kept = whole > 0 ? Array(ends)[whole - 1] : file.header == nil ? 0 : offsets[0]
        #expect(file.droppedByteCount == length - kept, "\(length) bytes")
        #expect((file.header == nil) == (length < offsets[0]))
      }
    }
  }

  @Test func everyChangedByteIsNoticed() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/whole"
      let offsets = try JournalFileTests.write(path, units: [40, 3, 20])
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      for place in bytes.indices {
        var changed = bytes
        changed[place] ^= 0x10
        let other = folder + "/changed"
        try changed.write(to: URL(fileURLWithPath: other))
        let file = try JournalFileTests.read(other)
        let before = offsets.count { $0 <= place }
        // In the header nothing is believed; in a record neither it nor what follows.
        #expect(file.entries.count == max(before - 1, 0), "byte \(place)")
        #expect((file.header == nil) == (before == 0), "byte \(place)")
      }
    }
  }

  @Test func aRecordThatIsNotWhatWasWrittenIsRefused() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/0001-00000.units"
      let offsets = try JournalFileTests.write(path, units: [40, 3])
      for (offset, count) in [(offsets[0] + 1, 40), (offsets[0], 39), (offsets[1], 40), (1 << 50, 3)] {
        let error = #expect(throws: RunsError.self) {
          try JournalFile.record(path: path, offset: offset, byteCount: count)
        }
        #expect(error?.description.contains(path) == true)
      }
    }
  }

  @Test func aFileIsNeverWrittenTwice() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/0001-00000.units"
      _ = try JournalFileTests.write(path, units: [1])
      let error = #expect(throws: RunsError.self) { try JournalFileTests.write(path, units: [2]) }
      #expect(error?.description.contains("exists") == true)
      #expect(try JournalFileTests.read(path).entries.map(\.unit) == [1])
    }
  }
}
