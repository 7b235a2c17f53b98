import Archive
import Drawing

/// How points fire together, in the order of their lobes.
struct CofiringFigure: Sendable {
  /// The lobe of each bin, ascending.
  private let lobes: [Int]
  /// The mean phi of each two bins, `[bin, bin]`.
  private let values: [Double]

  private static let side = 620.0
  private static let labelWidth = 60.0
  /// Bins that a picture may have.
  private static let binLimit = 2048

  /// nil if there are no points to show, or too many.
  init?(_ group: GroupReader) throws {
    lobes = try group.counts(LobeFindings.Columns.lobe, "bin")
    let (_, labels, values) = try group.square(LobeFindings.Columns.phi)
    guard labels.count == lobes.count else { throw group.missing("phi over bin × other_bin") }
    guard !lobes.isEmpty, lobes.count <= CofiringFigure.binLimit else { return nil }
    self.values = values
  }

  var figure: Figure {
    let (side, left) = (CofiringFigure.side, CofiringFigure.labelWidth)
    // A few pairs that always fire together would make the rest pale.
    let sizes = values.filter(\.isFinite).map(abs).sorted()
    let limit = max(sizes.isEmpty ? 1 : sizes[(sizes.count - 1) * 99 / 100], 1e-9)
    var marks: [Mark] = [.rectangle(x: left, y: 0, width: side, height: side, fill: .silent)]
    for (paint, sign) in [(Paint.first, 1.0), (.second, -1.0)] {
      let pixels = values.map { value -> UInt8 in
        let share = sign * value / limit
        return share > 0 ? UInt8((255 * min(share, 1)).rounded()) : 0
      }
      guard pixels.contains(where: { $0 > 0 }) else { continue }
      let raster = Raster(
        columns: lobes.count, rows: lobes.count, pixels: pixels,
        palette: (0...255).map { Raster.Colour("#ffffff", alpha: UInt8($0)) })
      marks += Mark.shades(
        raster, paint, name: sign > 0 ? "cofiring-more" : "cofiring-less", x: left, y: 0, width: side, height: side)
    }
    marks += borders
    let title = "How points fire together, ordered by lobe"
    return Figure(
      name: "lobes-cofiring", title: title,
      caption: Markup(
        "Mean phi of pairs of points of two bins, each of some points of one lobe; lines separate the lobes, whose "
          + "numbers are at the left. The largest 1 % of the values have the same colour."),
      drawing: Drawing(
        marks, width: left + side, height: side,
        legend: Legend(entries: [
          Legend.leanings(from: "less than by chance, −\(Numeral.number(limit))", to: "more, \(Numeral.number(limit))")
        ]), description: title))
  }

  /// Lines between lobes, and their numbers as far as there is room.
  private var borders: [Mark] {
    let (side, left) = (CofiringFigure.side, CofiringFigure.labelWidth)
    let unit = side / Double(lobes.count)
    var marks: [Mark] = []
    var (start, lastLabel) = (0, -Double.infinity)
    for end in 1...lobes.count where end == lobes.count || lobes[end] != lobes[start] {
      let middle = (Double(start + end) / 2) * unit
      if middle - lastLabel >= 11 {
        marks.append(.text("lobe \(lobes[start])", x: left - 6, y: middle + 3.5, anchor: .end, size: 10, fill: .quiet))
        lastLabel = middle
      }
      if end < lobes.count {
        let place = Double(end) * unit
        marks += [
          .line(x1: left, y1: place, x2: left + side, y2: place, stroke: .paper, width: 0.75),
          .line(x1: left + place, y1: 0, x2: left + place, y2: side, stroke: .paper, width: 0.75),
        ]
      }
      start = end
    }
    return marks
  }
}
