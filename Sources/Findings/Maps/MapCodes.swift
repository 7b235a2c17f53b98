import Drawing
import Perturbations

/// What is true of the regions of one map by two kinds or one, as a number for each: of a grid `[row, column]`,
/// elsewhere of the pixels that the regions cover.
///
/// 0 for none of the kinds, 1 for the first only, 2 for the second only, 3 for both.
struct MapCodes {
  /// The code of what was screened by none of the kinds.
  static let unscreened: UInt8 = 4
  /// Pixels across a map whose regions are no grid.
  private static let pixelsAcross = 150
  /// A rectangle is at least so long and wide, in pixels of the drawing: else single weights would not be seen.
  private static let leastSide = 1.2

  let codes: [UInt8]
  let rows: Int
  let columns: Int
  /// Regions that are no grid, the largest first, so that what is fine lies on what is coarse.
  private let regions: [(region: Int, code: UInt8)]

  init(_ map: MatrixMap, _ maps: ScreenMaps, kinds: [Kind], _ isTrue: (Int, Kind) -> Bool) {
    let columns = map.grid?.columns ?? MapCodes.pixelsAcross
    let rows = map.grid?.rows ?? Int(Double(MapCodes.pixelsAcross) * map.aspect) + 1
    var codes = [UInt8](repeating: MapCodes.unscreened, count: rows * columns)
    let area = { (region: Int) in maps.regions[region].rows.count * maps.regions[region].columns.count }
    let order = map.grid == nil ? map.regions.sorted { area($0) > area($1) } : Array(map.regions)
    let screened = order.filter { region in kinds.contains { maps.isScreened(region, $0) } }.map { region in
      let places = kinds.indices.filter { isTrue(region, kinds[$0]) }
      return (region: region, code: places.reduce(UInt8(0)) { $0 | 1 << UInt8($1) })
    }
    for (region, code) in screened {
      guard map.grid == nil else {
        codes[map.cell(of: maps.regions[region], at: region)] = code
        continue
      }
      let (height, width) = (maps.regions[region].rows, maps.regions[region].columns)
      let across = width.lowerBound * columns / map.columns...(width.upperBound * columns - 1) / map.columns
      for row in height.lowerBound * rows / map.rows...(height.upperBound * rows - 1) / map.rows {
        for column in across where row < rows && column < columns { codes[row * columns + column] = code }
      }
    }
    (self.codes, self.rows, self.columns) = (codes, rows, columns)
    regions = map.grid == nil ? screened : []
  }

  var hasUnscreened: Bool { codes.contains(MapCodes.unscreened) }

  var table: [ArraySlice<UInt8>] { (0..<rows).map { codes[$0 * columns..<($0 + 1) * columns] } }

  /// The regions of a map that are no grid, in a drawing of the whole matrix of this size.
  func rectangles(
    _ map: MatrixMap, _ maps: ScreenMaps, width: Double, height: Double, _ paints: [Paint?]
  ) -> [(x: Double, y: Double, width: Double, height: Double, fill: Paint)] {
    let (across, down) = (width / Double(max(map.columns, 1)), height / Double(max(map.rows, 1)))
    return regions.compactMap { number, code in
      guard let paint = paints[Int(code)] else { return nil }
      let region = maps.regions[number]
      return (
        Double(region.columns.lowerBound) * across, Double(region.rows.lowerBound) * down,
        max(Double(region.columns.count) * across, MapCodes.leastSide),
        max(Double(region.rows.count) * down, MapCodes.leastSide), paint
      )
    }
  }
}
