import Mutagenesis

/// The maps of all matrices in one drawing.
enum AtlasFigure {
  private static let mapWidth = 150.0
  private static let gap = 14.0

  /// Non-silent on at least so many channels, of `kinds`: two, or one.
  static func make(_ maps: ScreenMaps, kinds: [Kind], threshold: Int, palette: Palette) -> Drawing {
    let frame = LayerTable(layers: maps.maps.map(\.layer), matrices: maps.maps.map(\.matrix))
    var marks: [Mark] = []
    var y = 24.0
    for (column, matrix) in frame.matrices.enumerated() {
      marks.append(
        .text(matrix.rawValue, x: 40 + Double(column) * (mapWidth + gap), y: 14, size: 12, isBold: true))
    }
    for layer in frame.layers {
      let own = maps.maps.filter { $0.layer == layer }
      let height = own.map { mapWidth * $0.aspect }.max() ?? 0
      marks.append(.text("\(layer)", x: 28, y: y + 11, anchor: .end, size: 11, fill: .quiet))
      for map in own {
        guard let column = frame.matrices.firstIndex(of: map.matrix) else { continue }
        let x = 40 + Double(column) * (mapWidth + gap)
        let own = mapWidth * map.aspect
        marks.append(.rectangle(x: x, y: y, width: mapWidth, height: own, fill: .silent))
        marks.append(
          .picture(
            raster(of: map, maps, kinds: kinds, threshold: threshold, palette: palette), x: x, y: y, width: mapWidth,
            height: own))
      }
      y += height + gap
    }
    return Drawing(
      marks, width: 40 + Double(frame.matrices.count) * (mapWidth + gap), height: y,
      legend: Legend(entries: entries(kinds, threshold: threshold, of: maps.channels)),
      description: "Maps of every matrix")
  }

  private static func entries(_ kinds: [Kind], threshold: Int, of channels: Channels) -> [Legend.Entry] {
    let words = "non-silent on at least \(threshold) of \(Numeral.items(channels.count, channels.unit == .task ? "task" : "input"))"
    guard kinds.count == 2 else {
      return [.patch(.first, "\(words) by \(kinds.first?.rawValue ?? "no kind")"), .patch(.silent, "silent")]
    }
    return [
      .patch(.first, "\(words) by \(kinds[0].rawValue) only"), .patch(.second, "by \(kinds[1].rawValue) only"),
      .patch(.both, "by both"), .patch(.silent, "by none"),
    ]
  }

  /// A pixel a region; where the regions are no grid, a hundred and fifty pixels across.
  private static func raster(
    of map: MatrixMap, _ maps: ScreenMaps, kinds: [Kind], threshold: Int, palette: Palette
  ) -> Raster {
    let columns = map.grid?.columns ?? Int(mapWidth)
    let rows = map.grid?.rows ?? Int(mapWidth * map.aspect) + 1
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    // What is fine lies on what is coarse.
    let area = { (region: Int) in maps.regions[region].rows.count * maps.regions[region].columns.count }
    for region in map.grid == nil ? map.regions.sorted(by: { area($0) > area($1) }) : Array(map.regions) {
      var code: UInt8 = 0
      for (place, kind) in kinds.enumerated() where maps.count(region, kind) >= threshold { code |= 1 << UInt8(place) }
      guard map.grid == nil else {
        pixels[map.cell(of: maps.regions[region], at: region)] = code
        continue
      }
      let (height, width) = (maps.regions[region].rows, maps.regions[region].columns)
      let across = width.lowerBound * columns / map.columns...(width.upperBound * columns - 1) / map.columns
      for row in height.lowerBound * rows / map.rows...(height.upperBound * rows - 1) / map.rows {
        for column in across where row < rows && column < columns { pixels[row * columns + column] = code }
      }
    }
    return Raster(
      columns: columns, rows: rows, pixels: pixels,
      palette: [.clear] + [Paint.Role.first, .second, .both].map { Raster.Colour(palette.colour($0)) })
  }
}
