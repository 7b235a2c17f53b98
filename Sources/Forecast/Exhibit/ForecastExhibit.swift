import Archive
import Drawing
import Foundation
import Perturbations

/// What a page shows of a forecast: maps from matrix to weight, and the regions that are foretold to do most.
public enum ForecastExhibit {
  /// Regions that are drawn at most, over all maps and kinds: half a byte each, and a third more as text.
  private static let regionLimit = 1 << 22
  /// Regions that are opened down to single weights.
  private static let openedCount = 3

  /// Reads a file's maps and mutations.
  public static func make(of file: borrowing ForecastFile) throws -> (exhibit: Exhibit, sentences: [String]) {
    let overview = try ForecastOverview(file)
    let grids = file.summary.grids
    let descent = try ForecastDescent(file)
    var (figures, tables): ([Figure], [Table]) = ([], [])
    var room = regionLimit
    if grids.isEmpty { tables.append(ForecastTables.table(of: overview)) }
    for grid in grids {
      let top = try ForecastTop(file, grid)
      tables.append(ForecastTables.table(of: top, inputCount: file.summary.inputCount, opening: descent))
      if grid == grids.first {
        for (place, entry) in top.entries.prefix(openedCount).enumerated() {
          if let figure = try ForecastZoom(file, grids, entry).figure(number: place + 1) { figures.append(figure) }
        }
      }
      guard grid.mutationCount <= room else { continue }
      room -= grid.mutationCount
      for kind in grid.kinds.indices { figures.append(try ForecastAtlas(file, grid, kind: kind).figure) }
    }
    var exhibit = Exhibit(
      name: "forecast", title: "Forecast",
      introduction: Markup(
        "No mutant was run: all of this is foretold from gradients of the unmutated model. The verdict of a mutant is "
          + "predicted to change where it takes more than the whole margin of a step, to first order; its divergence "
          + "is predicted to second order. The smaller a region, the more can be trusted."),
      figures: figures, tables: tables,
      numbers: [
        ("mutations foretold", Numeral.count(file.summary.mutationCount)),
        ("inputs", Numeral.count(file.summary.inputCount)), ("probes", Numeral.count(file.summary.probeCount)),
      ])
    exhibit.zoom = descent?.view
    return (exhibit, overview.sentences)
  }
}

/// Tables of what is foretold to do most.
enum ForecastTables {
  private static let columns: [(title: String, isNumber: Bool)] = [
    ("kind", false), ("layer", true), ("matrix", false), ("rows", false), ("columns", false),
    ("divergence, nats", true), ("inputs that change", true),
  ]

  /// The regions of a map, with links to those that the page opens.
  static func table(of top: ForecastTop, inputCount: Int, opening descent: ForecastDescent?) -> Table {
    Table(
      title: "Regions of \(top.grid.size) with the largest predicted divergence", columns: columns,
      rows: top.entries.map { entry in
        row(
          entry.mutation, divergence: Double(entry.divergence), changed: Int(entry.changed),
          link: descent?.link(to: entry.mutation))
      },
      note: "The mean over \(Numeral.items(inputCount, "input")).")
  }

  /// The mutations of a list.
  static func table(of overview: ForecastOverview) -> Table {
    Table(
      title: "Mutations with the largest predicted divergence", columns: columns,
      rows: overview.top.map { row($0.mutation, divergence: $0.divergence, changed: $0.changed) })
  }

  private static func row(
    _ mutation: Mutation, divergence: Double, changed: Int, link: Link? = nil
  ) -> [Table.Cell] {
    func span(_ range: Range<Int>) -> String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound - 1)"
    }
    let region = mutation.region
    return [
      .text(mutation.kind.rawValue), .number("\(region.layer)"),
      link.map { .place($0) } ?? .text(region.matrix.rawValue),
      .text(span(region.rows)), .text(span(region.columns)), .number(String(format: "%.3g", divergence)),
      .number("\(changed)"),
    ]
  }
}
