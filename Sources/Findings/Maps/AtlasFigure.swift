import Drawing
import Perturbations
import Transformer

/// The maps of all matrices of a screen in one drawing.
public struct AtlasFigure {
  private static let headHeight = 22.0
  private static let gap = 30.0
  /// The width of a line of layers, and how many make it: more where there are many, so that a page stays short.
  private static let lineWidth = 950.0
  private static let manyLayers = 8
  /// Above so many regions maps are pictures, whose colours a page cannot change.
  private static let shapeLimit = 50_000

  private let maps: ScreenMaps
  /// Two or one.
  private let kinds: [Kind]
  private let palette: Palette
  /// The name of the drawing among those of a page.
  private let name: String
  private let isTrue: (Int, Kind) -> Bool

  /// Draws what is true of each region by each of `kinds`, two or one; `words` say what that is.
  public static func make(
    _ maps: ScreenMaps, kinds: [Kind], palette: Palette, name: String, words: String, description: String,
    _ isTrue: @escaping (Int, Kind) -> Bool
  ) -> Drawing {
    AtlasFigure(maps: maps, kinds: kinds, palette: palette, name: name, isTrue: isTrue)
      .drawing(words: words, description: description)
  }

  private func drawing(words: String, description: String) -> Drawing {
    let block = LayerBlock(maps.maps)
    let runs = maps.layers.runs
    let perLine = runs.count > AtlasFigure.manyLayers ? 3 : 2
    let blockWidth = (AtlasFigure.lineWidth - Double(perLine - 1) * AtlasFigure.gap) / Double(perLine)
    let scale = blockWidth / block.width
    let blockHeight = block.height * scale + AtlasFigure.headHeight + AtlasFigure.gap
    let ofLayer = Dictionary(grouping: maps.maps.indices) { maps.maps[$0].layer }
    var marks: [Mark] = []
    var isHatched = false
    for (place, run) in runs.enumerated() {
      let (line, column) = place.quotientAndRemainder(dividingBy: perLine)
      let (x, y) = (
        Double(column) * (blockWidth + AtlasFigure.gap), Double(line) * blockHeight
      )
      let head = run.isScreened ? run.name : run.name + ", not screened"
      marks.append(.text(head, x: x, y: y + 13, size: 13, isBold: true))
      for matrix in WeightMatrix.allCases {
        guard let box = block.boxes[matrix] else { continue }
        let own = ofLayer[run.layers.lowerBound]?.filter { run.isScreened && maps.maps[$0].matrix == matrix } ?? []
        let outline = Outline(
          x: x + box.x * scale, y: y + AtlasFigure.headHeight + box.y * scale, width: box.width * scale,
          height: box.height * scale)
        marks.append(.text(matrix.rawValue, x: outline.x, y: outline.y - 4, size: 10, fill: .quiet))
        if own.isEmpty { marks += outline.hatching("\(run.name) \(matrix.rawValue): not screened") }
        for map in own {
          let codes = MapCodes(maps.maps[map], maps, kinds: kinds, isTrue)
          isHatched = isHatched || codes.hasUnscreened
          marks += self.marks(map, codes, in: outline)
        }
        isHatched = isHatched || own.isEmpty
      }
    }
    let lines = (runs.count + perLine - 1) / perLine
    let width = Double(min(runs.count, perLine)) * (blockWidth + AtlasFigure.gap)
    return Drawing(
      marks, width: width - AtlasFigure.gap, height: Double(lines) * blockHeight,
      legend: Legend(entries: entries(words, isHatched: isHatched)), description: description)
  }

  private func entries(_ words: String, isHatched: Bool) -> [Legend.Entry] {
    let hatching: [Legend.Entry] = isHatched ? [.hatching(maps.absence)] : []
    guard kinds.count == 2 else {
      return [.patch(.first, "\(words) by \(kinds.first?.rawValue ?? "no kind")"), .patch(.silent, "not")] + hatching
    }
    return [
      .patch(.first, "\(words) by \(kinds[0].rawValue) only"), .patch(.second, "by \(kinds[1].rawValue) only"),
      .patch(.both, "by both"), .patch(.silent, "by none"),
    ] + hatching
  }

  // MARK: One map

  /// Where the map of a matrix is in the drawing.
  private struct Outline {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    func hatching(_ tip: String) -> [Mark] { Hatching.marks(x: x, y: y, width: width, height: height, tip: tip) }
  }

  private func marks(_ place: Int, _ codes: MapCodes, in outline: Outline) -> [Mark] {
    let map = maps.maps[place]
    let ground =
      codes.hasUnscreened
      ? outline.hatching("\(map.name): what is hatched was \(maps.absence)")
      : [.rectangle(x: outline.x, y: outline.y, width: outline.width, height: outline.height, fill: .silent)]
    guard maps.regions.count <= AtlasFigure.shapeLimit else {
      return ground + picture(codes, in: outline, name: "\(name)-\(place)")
    }
    // Where all of a grid was screened the ground is silent already.
    let paints: [Paint?] = [codes.hasUnscreened || map.grid == nil ? .silent : nil, .first, .second, .both, nil]
    let cells =
      map.grid == nil
      ? Mark.rectangles(codes.rectangles(map, maps, width: outline.width, height: outline.height, paints))
      : Mark.cells(
        codes.table.map { $0.map { paints[Int($0)] } }, width: outline.width / Double(codes.columns),
        height: outline.height / Double(codes.rows))
    return ground + [.group(cells, x: outline.x, y: outline.y)]
  }

  /// Pixels whose colours are those of the palette, but what is silent follows the page.
  private func picture(_ codes: MapCodes, in outline: Outline, name: String) -> [Mark] {
    let colours = [Paint.Role.first, .second, .both].map { Raster.Colour(palette.colour($0)) }
    let clear = Raster.Colour.clear
    let raster = Raster(
      columns: codes.columns, rows: codes.rows, pixels: codes.codes,
      palette: [clear] + colours + (codes.hasUnscreened ? [clear] : []))
    let picture = Mark.picture(raster, x: outline.x, y: outline.y, width: outline.width, height: outline.height)
    guard codes.hasUnscreened else { return [picture] }
    let white = Raster.Colour(red: 255, green: 255, blue: 255)
    let screened = Raster(
      columns: codes.columns, rows: codes.rows, pixels: codes.codes.map { $0 == MapCodes.unscreened ? 1 : 0 },
      palette: [white, clear])
    let silent = Mark.shades(
      screened, .silent, name: name, x: outline.x, y: outline.y, width: outline.width, height: outline.height)
    return silent + [picture]
  }
}
