import Basics
import Findings
import Foundation
import Statistics

/// A picture of a region map in shades of text.
struct ShadeMap {
  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]
  /// Where no region was screened: no shade of any share.
  private static let unscreened: Character = "·"
  private static let widthLimit = 92
  private static let heightLimit = 32

  private let map: RegionMap
  private let cells: [[Proportion]]
  private let cellRows: Int
  private let cellColumns: Int
  /// Characters are twice as high as wide: where there is room, a cell is two wide.
  private let charactersPerCell: Int
  private let range: ClosedRange<Double>

  init(_ map: RegionMap) {
    self.map = map
    if 2 * map.columnBlocks <= ShadeMap.widthLimit, map.rowBlocks <= ShadeMap.heightLimit {
      (cellRows, cellColumns, charactersPerCell) = (1, 1, 2)
    } else {
      let wide = (map.columnBlocks + ShadeMap.widthLimit - 1) / ShadeMap.widthLimit
      let high = (map.rowBlocks + 2 * ShadeMap.heightLimit - 1) / (2 * ShadeMap.heightLimit)
      let scale = max(wide, high)
      (cellRows, cellColumns, charactersPerCell) = (2 * scale, scale, 1)
    }
    cells = map.pooled(rows: cellRows, columns: cellColumns)
    let shares = cells.joined().map(\.share).filter { !$0.isNaN }
    range = (shares.min() ?? 0)...(shares.max() ?? 0)
  }

  /// The caption, then the framed picture.
  var lines: [String] {
    let width = (cells.first?.count ?? 0) * charactersPerCell
    let frame = String(repeating: "─", count: width)
    let picture = cells.map { row in
      "  │" + row.map { String(repeating: shade(of: $0), count: charactersPerCell) }.joined() + "│"
    }
    return caption + ["  ┌\(frame)┐"] + picture + ["  └\(frame)┘"]
  }

  // MARK: Words

  private var caption: [String] {
    let size = "\(map.rowBlocks) × \(map.columnBlocks) regions"
    let scale = cellRows * cellColumns > 1 ? ", \(cellRows) × \(cellColumns) to a character" : ""
    let blank = cells.joined().contains { $0.total == 0 } ? "; '\(ShadeMap.unscreened)' not screened" : ""
    var notes: [String] = []
    if map.regionCount < map.cellCount {
      notes.append("screened: \(map.regionCount.grouped) of its \(map.cellCount.grouped) regions")
    }
    if !map.hasTrueShape {
      notes.append("the file does not say its shape, which is drawn as far as regions were screened")
    }
    return [
      "The most sensitive matrix: layer \(map.layer) \(map.matrix.rawValue), rows × columns of \(size)\(scale)",
      "  darker: more verdicts non-silent, from \(Percent.text(range.lowerBound)) % ' ' to "
        + "\(Percent.text(range.upperBound)) % '\(shade(ofShare: range.upperBound))'\(blank)",
    ] + (notes.isEmpty ? [] : ["  " + notes.joined(separator: "; ")])
  }

  private func shade(of cell: Proportion) -> Character {
    cell.total == 0 ? ShadeMap.unscreened : shade(ofShare: cell.share)
  }

  /// Five equal steps from the smallest share to the largest.
  private func shade(ofShare share: Double) -> Character {
    let width = range.upperBound - range.lowerBound
    guard width > 0 else { return ShadeMap.shades[share > 0 ? ShadeMap.shades.count - 1 : 0] }
    let step = Int((share - range.lowerBound) / width * Double(ShadeMap.shades.count))
    return ShadeMap.shades[min(max(step, 0), ShadeMap.shades.count - 1)]
  }
}

/// Shares in percent.
enum Percent {
  /// One decimal, more where the share is small; a dash where there is none.
  static func text(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    let value = 100 * share
    return String(format: value > 0 && value < 0.1 ? "%.4f" : "%.1f", value)
  }

  static func text(_ interval: Interval) -> String { "\(text(interval.low)) – \(text(interval.high))" }
}
