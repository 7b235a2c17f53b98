import Drawing
import Foundation

/// How dark a predicted divergence is: by its logarithm, over four powers of ten below the largest.
struct ForecastShades {
  private static let decades = 4.0
  private static let steps = 15

  private let largest: Double

  /// Shades up to a largest divergence.
  init(largest: Double) { self.largest = largest }

  /// White pixels of sixteen opacities, from none to all.
  private static let palette = (0...steps).map { Raster.Colour(red: 255, green: 255, blue: 255, alpha: UInt8(17 * $0)) }

  /// The place of a divergence among the shades.
  private func shade(_ divergence: Float) -> UInt8 {
    guard divergence > 0, largest > 0 else { return 0 }
    let depth = log10(Double(divergence) / largest) / ForecastShades.decades + 1
    return UInt8((min(max(depth, 0), 1) * Double(ForecastShades.steps)).rounded())
  }

  /// Cells `[row][column]` as one picture of this width and height. `name` is the drawing's own.
  func marks(_ cells: [[Float]], name: String, x: Double, y: Double, width: Double, height: Double) -> [Mark] {
    let columns = cells.first?.count ?? 0
    guard columns > 0 else { return [] }
    let raster = Raster(
      columns: columns, rows: cells.count, pixels: cells.flatMap { $0.map(shade) }, palette: ForecastShades.palette)
    return [.rectangle(x: x, y: y, width: width, height: height, fill: .silent)]
      + Mark.shades(raster, .ink, name: name, x: x, y: y, width: width, height: height)
  }

  /// What the shades stand for.
  var legend: Legend.Entry {
    Legend.shades(
      from: String(format: "%.1g nats or less", largest / pow(10, ForecastShades.decades)),
      to: String(format: "%.2g nats", largest))
  }
}

extension [Float] {
  /// The numbers as rows of so many columns.
  func rows(of columns: Int) -> [[Float]] {
    stride(from: 0, to: count, by: Swift.max(1, columns)).map { Array(self[$0..<Swift.min($0 + columns, count)]) }
  }
}
