import Mutagenesis

/// The maps of all matrices in one drawing.
enum AtlasFigure {
  private static let blockWidth = 460.0
  private static let gap = 30.0
  private static let blocksPerLine = 2
  /// Pixels across a map whose regions are no grid.
  private static let pixelsAcross = 150
  /// Above so many regions maps are pictures, whose colours a page cannot change.
  private static let shapeLimit = 50_000

  /// What is true of each region by each of `kinds`, two or one; `words` say what.
  static func make(
    _ maps: ScreenMaps, kinds: [Kind], palette: Palette, words: String, description: String,
    _ isTrue: (Int, Kind) -> Bool
  ) -> Drawing {
    let block = LayerBlock(maps.maps)
    let scale = blockWidth / block.width
    let layers = Set(maps.maps.map(\.layer)).sorted()
    let blockHeight = block.height * scale + 22 + gap
    var marks: [Mark] = []
    for (place, layer) in layers.enumerated() {
      let (line, column) = place.quotientAndRemainder(dividingBy: blocksPerLine)
      let (x, y) = (Double(column) * (blockWidth + gap), Double(line) * blockHeight)
      marks.append(.text("layer \(layer)", x: x, y: y + 13, size: 13, isBold: true))
      for map in maps.maps where map.layer == layer {
        guard let box = block.boxes[map.matrix] else { continue }
        let (left, top) = (x + box.x * scale, y + 22 + box.y * scale)
        let (width, height) = (box.width * scale, box.height * scale)
        marks += [
          .text(map.matrix.rawValue, x: left, y: top - 4, size: 10, fill: .quiet),
          .rectangle(x: left, y: top, width: width, height: height, fill: .silent),
        ]
        let picture = codes(of: map, maps, kinds: kinds, isTrue)
        if maps.regions.count <= shapeLimit {
          let paints = [nil] + [Paint.first, .second, .both].map(Optional.some)
          let cells = (0..<picture.rows).map { row in
            (0..<picture.columns).map { paints[Int(picture.codes[row * picture.columns + $0])] }
          }
          let size = (width / Double(picture.columns), height / Double(picture.rows))
          marks.append(.group(Mark.cells(cells, width: size.0, height: size.1), x: left, y: top))
        } else {
          let colours = [Paint.Role.first, .second, .both].map { Raster.Colour(palette.colour($0)) }
          let raster = Raster(
            columns: picture.columns, rows: picture.rows, pixels: picture.codes, palette: [.clear] + colours)
          marks.append(.picture(raster, x: left, y: top, width: width, height: height))
        }
      }
    }
    let lines = (layers.count + blocksPerLine - 1) / blocksPerLine
    return Drawing(
      marks, width: Double(min(layers.count, blocksPerLine)) * (blockWidth + gap) - gap,
      height: Double(lines) * blockHeight,
      legend: Legend(entries: entries(kinds, words)), description: description)
  }

  private static func entries(_ kinds: [Kind], _ words: String) -> [Legend.Entry] {
    guard kinds.count == 2 else {
      return [.patch(.first, "\(words) by \(kinds.first?.rawValue ?? "no kind")"), .patch(.silent, "not")]
    }
    return [
      .patch(.first, "\(words) by \(kinds[0].rawValue) only"), .patch(.second, "by \(kinds[1].rawValue) only"),
      .patch(.both, "by both"), .patch(.silent, "by none"),
    ]
  }

  /// 0 for none of the kinds, 1 for the first only, 2 for the second only, 3 for both: `[row, column]` of regions; where these are
  /// no grid, of pixels that they cover.
  private static func codes(
    of map: MatrixMap, _ maps: ScreenMaps, kinds: [Kind], _ isTrue: (Int, Kind) -> Bool
  ) -> (codes: [UInt8], rows: Int, columns: Int) {
    let columns = map.grid?.columns ?? pixelsAcross
    let rows = map.grid?.rows ?? Int(Double(pixelsAcross) * map.aspect) + 1
    var codes = [UInt8](repeating: 0, count: rows * columns)
    // What is fine lies on what is coarse.
    let area = { (region: Int) in maps.regions[region].rows.count * maps.regions[region].columns.count }
    for region in map.grid == nil ? map.regions.sorted(by: { area($0) > area($1) }) : Array(map.regions) {
      var code: UInt8 = 0
      for (place, kind) in kinds.enumerated() where isTrue(region, kind) { code |= 1 << UInt8(place) }
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
    return (codes, rows, columns)
  }
}
