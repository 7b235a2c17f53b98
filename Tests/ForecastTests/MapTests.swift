import Archive
import Foundation
import Perturbations
import Screen
import Testing
import TestSupport

/// Maps are what the single mutations of their sizes add up to over inputs.
struct MapTests {
  @Test func mapsHoldEveryRegionOfASize() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      let kinds = "kinds: [minimum, zero, shuffle]"
      // The maps of one file, and of each size a file that has all of its mutations one by one.
      let maps = try tiny.write("{region: [8, 8], \(kinds)}", forecast: "{probes: 3, sizes: [[3, 5], 1]}")
      let (grids, found) = try tiny.run(maps) { file in
        let grids = file.summary.grids
        var found: [[Float]] = []
        for grid in grids { found.append(try self.maps(file, grid)) }
        return (grids, found)
      }
      #expect(grids.map(\.name) == ["8x8", "3x5", "1x1"])
      for (grid, found) in zip(grids, found) {
        let (rows, columns) = (grid.size.rows ?? 0, grid.size.columns ?? 0)
        let own = try tiny.write("{region: [\(rows), \(columns)], \(kinds)}", forecast: "{probes: 3, sizes: none}")
        let expected = try tiny.run(own) { file in (file.summary.mutationCount, try sums(file, grid)) }
        #expect(expected.0 == grid.mutationCount && expected.1 == found)
      }
    }
  }

  /// All maps of a size, one behind the other.
  private func maps(_ file: borrowing ForecastFile, _ grid: ForecastOutline.Grid) throws -> [Float] {
    var numbers: [Float] = []
    for layer in grid.layers.indices {
      for blocks in grid.matrices {
        for kind in grid.kinds.indices {
          let map = try file.map(of: blocks, in: grid, layer: layer, kind: kind)
          numbers += map.divergence + map.margin + map.changed.map { Float($0) }
        }
      }
    }
    return numbers
  }

  /// What maps should hold, from mutations one by one.
  private func sums(_ file: borrowing ForecastFile, _ grid: ForecastOutline.Grid) throws -> [Float] {
    let (inputs, kinds) = (file.summary.inputCount, grid.kinds.count)
    var (numbers, start): ([Float], Int) = ([], 0)
    for _ in grid.layers {
      for blocks in grid.matrices {
        let rows = start..<start + blocks.rows * blocks.columns * kinds
        start = rows.upperBound
        let (divergence, margin) = (try file.values(.divergence, rows), try file.values(.margin, rows))
        for kind in 0..<kinds {
          // Kinds run fastest.
          let own = stride(from: kind, to: rows.count, by: kinds).map { $0 * inputs..<($0 + 1) * inputs }
          numbers += own.map { Float(divergence[$0].reduce(0.0) { $0 + Double($1) } / Double(inputs)) }
          numbers += own.map { margin[$0].max() ?? 0 }
          numbers += own.map { range in Float(margin[range].count { $0 > 1 }) }
        }
      }
    }
    return numbers
  }

  @Test func usualSizesGoDownToSingleWeights() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      let names = try tiny.run(try tiny.write("{region: [16, 8], kinds: [zero]}")) { $0.summary.grids.map(\.name) }
      #expect(names == ["16x8", "4x2", "1x1"])
    }
  }
}
