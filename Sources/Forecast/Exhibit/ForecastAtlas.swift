import Archive
import Drawing
import Perturbations

/// The maps of all matrices for regions of one size by one kind: layers below one another, matrices side by side.
struct ForecastAtlas {
  private static let width = 940.0
  private static let (gap, head) = (12.0, 34.0)

  /// A matrix of a layer with its predicted divergences, `[row][column]`.
  private struct Map {
    let layer: Int
    let blocks: ForecastOutline.Grid.Blocks
    let shape: (rows: Int, columns: Int)
    let cells: [[Float]]
  }

  private let grid: ForecastOutline.Grid
  private let kind: Kind
  private let maps: [Map]

  /// Reads the maps of a kind, by its place in the grid.
  init(_ file: borrowing ForecastFile, _ grid: ForecastOutline.Grid, kind: Int) throws {
    self.grid = grid
    self.kind = grid.kinds[kind]
    var maps: [Map] = []
    for (layer, number) in grid.layers.enumerated() {
      for blocks in grid.matrices {
        let shape = file.summary.shapes?.shape(of: blocks.matrix) ?? (blocks.rows, blocks.columns)
        let map = try file.map(of: blocks, in: grid, layer: layer, kind: kind)
        maps.append(Map(layer: number, blocks: blocks, shape: shape, cells: map.divergence.rows(of: blocks.columns)))
      }
    }
    self.maps = maps
  }

  /// The drawing and its words.
  var figure: Figure {
    let title = "Predicted divergence of regions of \(grid.size) by \(kind.rawValue)"
    return Figure(
      name: "forecast-\(grid.name)-\(kind.rawValue)", title: title,
      caption: Markup(
        "Every region of every matrix; the mean over inputs by its logarithm. Rows of a map are outputs, columns "
          + "inputs."
      ),
      drawing: drawing(title))
  }

  private func drawing(_ title: String) -> Drawing {
    let first = maps.filter { $0.layer == grid.layers.first }
    let gaps = ForecastAtlas.gap * Double(max(0, first.count - 1))
    let columns = first.reduce(0.0) { $0 + Double($1.shape.columns) }
    let scale = (ForecastAtlas.width - gaps) / max(columns, 1)
    let lineHeight = Double(first.map(\.shape.rows).max() ?? 1) * scale + ForecastAtlas.head + ForecastAtlas.gap
    let shades = ForecastShades(largest: Double(maps.lazy.flatMap { $0.cells.joined() }.max() ?? 0))
    var marks: [Mark] = []
    for (line, layer) in grid.layers.enumerated() {
      let y = Double(line) * lineHeight
      marks.append(.text("layer \(layer)", x: 0, y: y + 13, size: 13, isBold: true))
      var x = 0.0
      for map in maps where map.layer == layer {
        let (width, height) = (Double(map.shape.columns) * scale, Double(map.shape.rows) * scale)
        let matrix = map.blocks.matrix.rawValue
        marks.append(.text(matrix, x: x, y: y + ForecastAtlas.head - 5, size: 10, fill: .quiet))
        marks += shades.marks(
          map.cells, name: "forecast-\(grid.name)-\(kind.rawValue)-\(layer)-\(matrix)", x: x,
          y: y + ForecastAtlas.head, width: width, height: height)
        x += width + ForecastAtlas.gap
      }
    }
    return Drawing(
      marks, width: ForecastAtlas.width, height: Double(grid.layers.count) * lineHeight,
      legend: Legend(entries: [shades.legend]), description: title)
  }
}
