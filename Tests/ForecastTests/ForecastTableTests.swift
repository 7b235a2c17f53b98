import Archive
import Foundation
import Perturbations
import Testing
import TestSupport

/// A forecast as text has what its file has.
struct ForecastTableTests {
  /// The lines of a table, without the header.
  private func lines(_ file: borrowing ForecastFile, map: String? = nil) throws -> (header: String, rows: [[String]]) {
    let table = try ForecastTable(of: file, map: map, format: .csv)
    var bytes: [UInt8] = []
    try table.forEachSlab(of: file) { bytes += $0 }
    let text = String(decoding: bytes, as: UTF8.self)
    return (
      String(decoding: table.header, as: UTF8.self).trimmingCharacters(in: .newlines),
      text.split(separator: "\n").map { $0.components(separatedBy: ",") }
    )
  }

  private func words(_ mutation: Mutation) -> [String] {
    let region = mutation.region
    return ["\(region.layer)", region.matrix.rawValue, "\(region.rows.lowerBound)", "\(region.columns.lowerBound)"]
      + ["\(region.rows.count)", "\(region.columns.count)", mutation.kind.rawValue]
  }

  @Test func rowsAreMutationsOnInputs() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      try tiny.run(try tiny.write("{region: [5, 7], kinds: [zero, scale: 2]}", forecast: "{sizes: none}")) { file in
        let (header, rows) = try lines(file)
        #expect(header == "layer,matrix,row,column,rows,columns,kind,input,divergence,margin,loss_change")
        let all = 0..<file.summary.mutationCount
        let mutations = try file.mutations(all)
        let (divergence, margin) = (try file.values(.divergence, all), try file.values(.margin, all))
        let loss = try file.values(.lossChange, all)
        #expect(rows.count == 2 * all.count && !rows.isEmpty)
        for (place, row) in rows.enumerated() {
          let numbers = [divergence[place], margin[place], loss[place]].map(\.description)
          #expect(row == words(mutations[place / 2]) + [["a", "b"][place % 2]] + numbers)
        }
      }
    }
  }

  @Test func rowsOfAMapAreItsRegions() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      // What the map of a size has is what the same regions one by one add up to.
      try tiny.run(try tiny.write("{region: [5, 7], kinds: [zero, negate]}", forecast: "{sizes: [3]}")) { file in
        let (header, rows) = try lines(file, map: "5x7")
        #expect(header == "layer,matrix,row,column,rows,columns,kind,divergence,margin,changed")
        let all = 0..<file.summary.mutationCount
        let (mutations, margins) = (try file.mutations(all), try file.values(.margin, all))
        #expect(rows.count == all.count)
        let found = Dictionary(uniqueKeysWithValues: rows.map { (Array($0[..<7]), Array($0[8...])) })
        for (place, mutation) in mutations.enumerated() {
          let own = margins[2 * place..<2 * place + 2]
          let largest = own.max() ?? 0
          #expect(found[words(mutation)] == [largest.description, "\(own.count { $0 > 1 })"])
        }
        let (other, count) = (try lines(file, map: "3x3").rows, file.summary.grids[1].mutationCount)
        #expect(other.count == count)
        // A borrowed file cannot be captured.
        do {
          _ = try ForecastTable(of: file, map: "4x4", format: .csv)
          Issue.record("a map that is not there was found")
        } catch let error as ArchiveError {
          #expect("\(error)".contains("of its maps there is 5x7, 3x3"))
        }
      }
    }
  }
}
