/// A table of cells whose shade is a value.
public struct HeatMap: Sendable {
  /// One cell.
  public struct Cell: Sendable {
    /// nil: there is no value.
    public let paint: Paint?
    /// What a pointer over the cell shows.
    public let tip: String
    /// Stands in the cell if it fits.
    public var label = ""
    /// Whether a dot says that this is beyond chance.
    public var isMarked = false
    /// Whether only the middle is painted, which says that the value is below zero.
    public var isSmall = false
    /// Whether there is no value because nothing was screened.
    public var isUnscreened = false

    /// Takes the paint of the value and the tip that spells it out.
    public init(
      paint: Paint?, tip: String, label: String = "", isMarked: Bool = false, isSmall: Bool = false,
      isUnscreened: Bool = false
    ) {
      self.paint = paint
      self.tip = tip
      self.label = label
      self.isMarked = isMarked
      self.isSmall = isSmall
      self.isUnscreened = isUnscreened
    }

    /// The cell of what was not screened, called `name` in its tip.
    public static func unscreened(_ name: String) -> Cell {
      Cell(paint: nil, tip: "\(name): not screened", isUnscreened: true)
    }
  }

  /// Names of the rows.
  public let rows: [String]
  /// Names of the columns.
  public let columns: [String]
  /// The cells, `[row][column]`.
  public let cells: [[Cell]]
  /// The width of a cell in pixels.
  public var cellWidth = 44.0
  /// The height of a cell in pixels.
  public var cellHeight = 18.0
  /// What the rows are, above their names.
  public var rowTitle = ""
  /// Whether the columns' names stand upright, for long ones.
  public var areColumnsTurned = false
  /// Rows and columns before which a little room separates groups.
  public var breaks: Set<Int> = []

  /// Takes the names of rows and columns, and a cell for each of both.
  public init(
    rows: [String], columns: [String], cells: [[Cell]], cellWidth: Double = 44.0, cellHeight: Double = 18.0,
    rowTitle: String = "", areColumnsTurned: Bool = false, breaks: Set<Int> = []
  ) {
    self.rows = rows
    self.columns = columns
    self.cells = cells
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
    self.rowTitle = rowTitle
    self.areColumnsTurned = areColumnsTurned
    self.breaks = breaks
  }

  private static let gap = 5.0
  private static let digitWidth = 5.8

  var labelWidth: Double { 8 + 6.2 * Double((rows + [rowTitle]).map(\.count).max() ?? 0) }
  private var headHeight: Double {
    areColumnsTurned ? 10 + 5.6 * Double(columns.map(\.count).max() ?? 0) : 18
  }
  /// Room that turned labels of the last columns take at the right.
  private var overhang: Double { areColumnsTurned ? headHeight * 0.6 : 0 }
  /// The map's width in pixels, names included.
  public var width: Double { labelWidth + left(columns.count) + overhang + 2 }
  /// The map's height in pixels, names included.
  public var height: Double { headHeight + top(rows.count) + 2 }

  private func left(_ column: Int) -> Double {
    Double(column) * cellWidth + HeatMap.gap * Double(breaks.filter { $0 <= column && $0 < columns.count }.count)
  }

  private func top(_ row: Int) -> Double {
    Double(row) * cellHeight + HeatMap.gap * Double(breaks.filter { $0 <= row && $0 < rows.count }.count)
  }

  /// What its legend says of cells that are hatched; nothing where none is.
  public var hatching: [Legend.Entry] {
    cells.contains { $0.contains(where: \.isUnscreened) } ? [.hatching("not screened")] : []
  }

  /// The map's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    // Every label counts for these.
    let (labelWidth, headHeight, lefts) = (labelWidth, headHeight, columns.indices.map(left))
    var marks: [Mark] = []
    if !rowTitle.isEmpty {
      marks.append(
        .text(rowTitle, x: labelWidth - 6, y: headHeight - 7, anchor: .end, size: 10, fill: .quiet))
    }
    for (column, name) in columns.enumerated() {
      let x = labelWidth + lefts[column] + cellWidth / 2
      marks.append(
        areColumnsTurned
          ? .text(name, x: x + 3, y: headHeight - 6, size: 10, fill: .quiet, turned: -60)
          : .text(name, x: x, y: headHeight - 6, anchor: .middle, size: 11, fill: .quiet))
    }
    for (row, cells) in cells.enumerated() {
      let y = headHeight + top(row)
      marks.append(
        .text(rows[row], x: labelWidth - 6, y: y + cellHeight / 2 + 3.5, anchor: .end, size: 10, fill: .quiet))
      for (column, cell) in cells.enumerated() { marks += self.marks(cell, x: labelWidth + lefts[column], y: y) }
    }
    return marks
  }

  private func marks(_ cell: Cell, x: Double, y: Double) -> [Mark] {
    if cell.isUnscreened {
      return Hatching.marks(x: x, y: y, width: cellWidth - 1, height: cellHeight - 1, tip: cell.tip)
    }
    guard let paint = cell.paint else {
      return [
        .line(
          x1: x + cellWidth / 2 - 3, y1: y + cellHeight / 2, x2: x + cellWidth / 2 + 3, y2: y + cellHeight / 2,
          stroke: .faint)
      ]
    }
    let (width, height) = (cellWidth - 1, cellHeight - 1)
    var marks = [
      Mark.rectangle(x: x, y: y, width: width, height: height, fill: .silent),
      .rectangle(
        x: x + (cell.isSmall ? width / 4 : 0), y: y + (cell.isSmall ? height / 4 : 0),
        width: cell.isSmall ? width / 2 : width, height: cell.isSmall ? height / 2 : height, fill: paint,
        tip: cell.tip),
    ]
    let label = paint.label
    if !cell.label.isEmpty, HeatMap.digitWidth * Double(cell.label.count) <= width {
      marks.append(
        .text(
          cell.label, x: x + width / 2, y: y + height / 2 + 3.5, anchor: .middle, size: 10, fill: label))
    }
    if cell.isMarked {
      marks.append(
        .circle(
          x: x + width - 4.5, y: y + 4.5, radius: 2, fill: label))
    }
    return marks
  }
}

/// Several heat maps with titles, side by side in lines of at most a width.
public struct HeatMaps: Sendable {
  /// The maps in order, with their titles.
  public let parts: [(title: String, map: HeatMap)]
  /// The most pixels that a line of maps takes.
  public var limit = 960.0

  /// Takes the maps in order, with their titles.
  public init(
    parts: [(title: String, map: HeatMap)], limit: Double = 960.0
  ) {
    self.parts = parts
    self.limit = limit
  }

  private static let titleHeight = 20.0
  private static let gap = 26.0

  /// Marks, and the room they take.
  public var layout: (marks: [Mark], width: Double, height: Double) {
    var (x, y, lineHeight, width) = (0.0, 0.0, 0.0, 0.0)
    var marks: [Mark] = []
    for (title, map) in parts {
      let room = max(map.width, 8 + 6.8 * Double(title.count))
      if x > 0, x + room > limit {
        (x, y, lineHeight) = (0, y + lineHeight + HeatMaps.gap, 0)
      }
      marks.append(
        .group(
          [.text(title, x: 0, y: 12, size: 12, isBold: true), .group(map.marks, y: HeatMaps.titleHeight)], x: x, y: y))
      lineHeight = max(lineHeight, map.height + HeatMaps.titleHeight)
      width = max(width, x + room)
      x += room + HeatMaps.gap
    }
    return (marks, width, y + lineHeight)
  }
}
