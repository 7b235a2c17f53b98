import Archive
import Drawing
import Foundation
import Perturbations

/// One region opened from its matrix down to single weights: in each panel a region of the one before, divided into
/// regions of the next size.
struct ForecastZoom {
  private static let side = 220.0
  private static let (gap, head) = (22.0, 34.0)

  /// A part of the map of a matrix, and which of its regions is opened next, by row and column of the panel.
  private struct Panel {
    let title: String
    let cells: [[Float]]
    let opened: (row: Int, column: Int)
    /// Rows over columns, in weights.
    let aspect: Double
  }

  private let mutation: Mutation
  private let divergence: Float
  private let panels: [Panel]
  private let smallest: Region

  /// Opens a region of the first of some sizes by its kind, and then within it the one that diverges most.
  init(_ file: borrowing ForecastFile, _ grids: [ForecastOutline.Grid], _ entry: ForecastTop.Entry) throws {
    mutation = entry.mutation
    divergence = entry.divergence
    var panels: [Panel] = []
    var (within, opened): (Region?, Region) = (nil, entry.mutation.region)
    for grid in grids {
      guard let shape = file.summary.shapes?.shape(of: opened.matrix),
        let blocks = grid.matrices.first(where: { $0.matrix == opened.matrix }),
        let layer = grid.layers.firstIndex(of: opened.layer), let kind = grid.kinds.firstIndex(of: entry.mutation.kind)
      else { continue }
      let cover = RegionCover(grid.size, of: shape)
      let map = try file.map(of: blocks, in: grid, layer: layer, kind: kind).divergence.rows(of: blocks.columns)
      guard map.count == cover.rowBlocks, blocks.columns == cover.columnBlocks else { continue }
      let rows = ForecastZoom.blocks(within?.rows, of: cover.height, count: cover.rowBlocks)
      let columns = ForecastZoom.blocks(within?.columns, of: cover.width, count: cover.columnBlocks)
      guard !rows.isEmpty, !columns.isEmpty, within == nil || rows.count * columns.count > 1 else { continue }
      let cells = map[rows].map { Array($0[columns]) }
      let place =
        within == nil
        ? (opened.rows.lowerBound / cover.height, opened.columns.lowerBound / cover.width) : ForecastZoom.largest(cells)
      opened = cover.region(
        (rows.lowerBound + place.0) * cover.columnBlocks + columns.lowerBound + place.1, layer: opened.layer,
        matrix: opened.matrix)
      panels.append(
        Panel(
          title: "regions of \(grid.size)", cells: cells, opened: place,
          aspect: Double(rows.count * cover.height) / Double(columns.count * cover.width)))
      within = opened
    }
    self.panels = panels
    smallest = opened
  }

  /// Blocks of a size that lie in a range of rows or columns; all without one.
  private static func blocks(_ range: Range<Int>?, of size: Int, count: Int) -> Range<Int> {
    guard let range else { return 0..<count }
    let first = (range.lowerBound + size - 1) / size
    return first..<max(first, min(count, (range.upperBound + size - 1) / size))
  }

  private static func largest(_ cells: [[Float]]) -> (Int, Int) {
    var (place, value) = ((0, 0), -Float.infinity)
    for (row, cells) in cells.enumerated() {
      for (column, cell) in cells.enumerated() where cell > value { (place, value) = ((row, column), cell) }
    }
    return place
  }

  // MARK: Drawing

  /// The drawing and its words; nil where there is nothing to open.
  func figure(number: Int) -> Figure? {
    guard panels.count > 1 else { return nil }
    let title = "From matrix to weight: \(mutation.words)"
    let end = Mutation(region: smallest, kind: mutation.kind).words
    return Figure(
      name: "forecast-zoom-\(number)", title: title,
      caption: Markup(
        "Predicted divergence \(ForecastOverview.nats(Double(divergence))). Each panel is the outlined region of the "
          + "one before, divided further; the last one outlined is \(end). Shades are of each panel alone."),
      drawing: drawing(number, title))
  }

  private func drawing(_ number: Int, _ title: String) -> Drawing {
    var marks: [Mark] = []
    var (x, height) = (0.0, 0.0)
    for (place, panel) in panels.enumerated() {
      // The longer side is that of all panels.
      let width = ForecastZoom.side / max(1, panel.aspect)
      let own = width * panel.aspect
      let largest = panel.cells.joined().max() ?? 0
      marks.append(.text(panel.title, x: x, y: 13, size: 11, isBold: true))
      marks.append(
        .text(String(format: "up to %.2g nats", Double(largest)), x: x, y: 27, size: 10, fill: .quiet))
      marks += ForecastShades(largest: Double(largest)).marks(
        panel.cells, name: "forecast-zoom-\(number)-\(place)", x: x, y: ForecastZoom.head, width: width, height: own)
      let (cell, line) = (width / Double(panel.cells[0].count), own / Double(panel.cells.count))
      marks.append(
        .rectangle(
          x: x + Double(panel.opened.column) * cell - 1.5, y: ForecastZoom.head + Double(panel.opened.row) * line - 1.5,
          width: cell + 3, height: line + 3, fill: nil, stroke: .first))
      x += max(width, 120) + ForecastZoom.gap
      height = max(height, ForecastZoom.head + own)
    }
    return Drawing(width: x, height: height + 4, description: title, marks: marks)
  }
}
