import Perturbations

/// A forecast as a table of text: a row for each mutation and input, or for each region of a map.
public struct ForecastTable {
  /// What rows are of: mutations one by one, or the map of a size.
  private enum Rows {
    case pairs
    case map(ForecastOutline.Grid)
  }

  /// Names and meanings of the columns, in their order: those of mutations, then those of the forecast.
  public static var columns: [(name: String, meaning: String)] {
    [("input", "id of the input; not in a map, which is over all inputs")]
      + ForecastColumn.allCases.map { ($0.rawValue, $0.meaning) }
      + [("changed", "of a map: number of inputs on which the verdict is predicted to change")]
  }

  private static let places = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]
  /// Pairs that are read at a time, about.
  private static let slabPairs = 1 << 18

  private let encoder: RowEncoder
  private let rows: Rows
  private let summary: ForecastFile.Summary
  private let ids: [[UInt8]]

  /// The table of the mutations of a file, or of its map of the regions of a size, named as in the file: `16x16`. An
  /// error if there is no such map.
  public init(of file: borrowing ForecastFile, map name: String? = nil, format: TextFormat) throws {
    summary = file.summary
    let values: [String]
    if let name {
      guard let grid = summary.grids.first(where: { $0.name == name }) else {
        let found = summary.grids.isEmpty ? "none" : summary.grids.map(\.name).joined(separator: ", ")
        throw ArchiveError("cannot export the map \(name.quotedName) of \(file.path): of its maps there is \(found)")
      }
      rows = .map(grid)
      values = ForecastLayout.MapColumn.allCases.map(\.rawValue)
    } else {
      rows = .pairs
      values = ["input"] + ForecastColumn.allCases.map(\.rawValue)
    }
    let encoder = RowEncoder(format: format, names: ForecastTable.places + values)
    ids = summary.ids.map { encoder.encoded($0) }
    self.encoder = encoder
  }

  /// What stands before the first row.
  public var header: [UInt8] { encoder.header }

  /// Gives all rows to `body`, many at a time; mutations stand in the order of the file, those of a map by layer,
  /// matrix, kind and region.
  public func forEachSlab(of file: borrowing ForecastFile, _ body: ([UInt8]) throws -> Void) throws {
    switch rows {
    case .pairs: try forEachPair(of: file, body)
    case .map(let grid): try forEachRegion(of: grid, in: file, body)
    }
  }

  // MARK: Rows

  private func forEachPair(of file: borrowing ForecastFile, _ body: ([UInt8]) throws -> Void) throws {
    let inputs = summary.inputCount
    let step = max(1, ForecastTable.slabPairs / max(1, inputs))
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: summary.mutationCount, by: step) {
      let slab = start..<min(start + step, summary.mutationCount)
      let mutations = try file.mutations(slab)
      var columns: [[Float]] = []
      for column in ForecastColumn.allCases { columns.append(try file.values(column, slab)) }
      bytes.removeAll(keepingCapacity: true)
      for (row, mutation) in mutations.enumerated() {
        let lead = lead(mutation)
        for input in 0..<inputs {
          bytes += lead
          append([.encoded(ids[input])] + columns.map { .number($0[row * inputs + input]) }, to: &bytes)
        }
      }
      try body(bytes)
    }
  }

  private func forEachRegion(
    of grid: ForecastOutline.Grid, in file: borrowing ForecastFile, _ body: ([UInt8]) throws -> Void
  ) throws {
    var bytes: [UInt8] = []
    for (layer, number) in grid.layers.enumerated() {
      for blocks in grid.matrices {
        guard let shape = summary.shapes?.shape(of: blocks.matrix) else {
          throw ArchiveError("cannot read \(file.path): it has no shape of \(blocks.matrix.rawValue); it is damaged")
        }
        let cover = RegionCover(grid.size, of: shape)
        for (place, kind) in grid.kinds.enumerated() {
          let map = try file.map(of: blocks, in: grid, layer: layer, kind: place)
          bytes.removeAll(keepingCapacity: true)
          for index in map.divergence.indices {
            bytes += lead(Mutation(region: cover.region(index, layer: number, matrix: blocks.matrix), kind: kind))
            append(
              [.number(map.divergence[index]), .number(map.margin[index]), .integer(Int(map.changed[index]))],
              to: &bytes)
          }
          try body(bytes)
        }
      }
    }
  }

  /// The values that say which mutation it is, as they stand in a row.
  private func lead(_ mutation: Mutation) -> [UInt8] {
    let region = mutation.region
    let values: [RowEncoder.Value] = [
      .integer(region.layer), .text(region.matrix.rawValue), .integer(region.rows.lowerBound),
      .integer(region.columns.lowerBound), .integer(region.rows.count), .integer(region.columns.count),
      .text(mutation.kind.rawValue),
    ]
    var bytes: [UInt8] = []
    for (column, value) in values.enumerated() { encoder.append(value, column: column, to: &bytes) }
    return bytes
  }

  private func append(_ values: [RowEncoder.Value], to bytes: inout [UInt8]) {
    for (column, value) in values.enumerated() {
      encoder.append(value, column: ForecastTable.places.count + column, to: &bytes)
    }
    encoder.end(&bytes)
  }
}
