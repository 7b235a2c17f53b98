/// The places of everything in a matrix plot: titles, the names of columns, a heat map, and the legend below it.
struct MatrixPlotLayout {
  private static let nameSize = 10.5
  private static let lineHeight = 13.0
  /// The widest word of a column's name that stands upright, in pixels.
  private static let widestWord = 90.0
  /// The widest map whose cells are made wider for names, in pixels.
  private static let widestMap = 720.0

  private let plot: MatrixPlot
  private let map: HeatMap
  /// The lines of the columns' names; empty where the map turns them.
  private let names: [[String]]
  private let legend: (marks: [Mark], width: Double, height: Double)

  init(_ plot: MatrixPlot) {
    self.plot = plot
    let labels = plot.hasNumbers ? plot.values.flatMap { $0.filter(\.isFinite).map(plot.value) } : []
    let cellWidth = max(plot.hasNumbers ? 34 : 18, Lettering.widest(of: labels, size: 10) + 8)
    let word = Lettering.widestWord(of: plot.columns, size: MatrixPlotLayout.nameSize) + 10
    let areTurned =
      word > cellWidth
      && (word > MatrixPlotLayout.widestWord || word * Double(plot.columns.count) > MatrixPlotLayout.widestMap)
    let width = areTurned ? cellWidth : max(cellWidth, word)
    names =
      areTurned
      ? [] : plot.columns.map { Lettering.lines(of: $0, size: MatrixPlotLayout.nameSize, within: width - 8) }
    map = HeatMap(
      rows: plot.rows, columns: areTurned ? plot.columns : plot.columns.map { _ in "" },
      cells: MatrixPlotLayout.cells(of: plot), cellWidth: width, cellHeight: plot.hasNumbers ? 26 : 18,
      rowTitle: plot.rowTitle, areColumnsTurned: areTurned)
    legend = Legend(entries: [plot.shading.legend(plot.value)]).layout
  }

  private static func cells(of plot: MatrixPlot) -> [[HeatMap.Cell]] {
    zip(plot.rows, plot.values).map { row, values in
      zip(plot.columns, values).map { column, number in
        HeatMap.Cell(
          paint: plot.shading.paint(of: number), tip: "\(row), \(column): \(plot.value(number))",
          label: plot.hasNumbers ? plot.value(number) : "")
      }
    }
  }

  /// The height of what is above the map: the title, and lines of names beyond the one that the map has room for.
  private var headHeight: Double {
    (plot.columnTitle.isEmpty ? 0 : 17)
      + MatrixPlotLayout.lineHeight * Double(max(0, (names.map(\.count).max() ?? 0) - 1))
  }

  /// The room at the left that the widest name needs beyond what the map keeps for it.
  private var inset: Double {
    max(0, Lettering.widest(of: plot.rows + [plot.rowTitle], size: 10) + 8 - map.labelWidth)
  }

  /// The pixel where the cells begin.
  private var left: Double { inset + map.labelWidth }

  /// The pixel in the middle of the columns' title: that of the columns, if the title is not too long for this.
  private var middle: Double {
    max(
      left + map.cellWidth * Double(plot.columns.count) / 2, Lettering.width(of: plot.columnTitle, size: 11) / 2 + 2)
  }

  var width: Double {
    let titleEnd = middle + Lettering.width(of: plot.columnTitle, size: 11) / 2
    return max(inset + map.width, left + legend.width, titleEnd) + 2
  }

  var height: Double { headHeight + map.height + 10 + legend.height }

  var marks: [Mark] {
    let (left, headHeight) = (left, headHeight)
    var marks: [Mark] = []
    if !plot.columnTitle.isEmpty {
      marks.append(.text(plot.columnTitle, x: middle, y: 12, anchor: .middle, size: 11, fill: .quiet))
    }
    for (column, lines) in names.enumerated() {
      let x = left + (Double(column) + 0.5) * map.cellWidth
      for (line, text) in lines.reversed().enumerated() {
        marks.append(
          .text(
            text, x: x, y: headHeight + 12 - MatrixPlotLayout.lineHeight * Double(line), anchor: .middle,
            size: MatrixPlotLayout.nameSize, fill: .quiet))
      }
    }
    marks.append(.group(map.marks, x: inset, y: headHeight))
    marks.append(.group(legend.marks, x: left, y: headHeight + map.height + 10))
    return marks
  }
}
