import Archive
import Drawing
import Perturbations
import Transformer

/// The map of every matrix, from which a reader opens regions of the largest size down to those of the smallest.
struct ForecastDescent {
  /// A page has no such view where there are more regions, over all kinds.
  private static let regionLimit = 1 << 20
  /// Parts of regions that a page holds at most, a byte each.
  private static let partLimit = 3 << 20

  /// A matrix of a layer.
  private struct Entry {
    let layer: Int
    let matrix: WeightMatrix
    /// Its regions of the largest size, and their parts, of the smallest.
    let regions: RegionCover
    let parts: RegionCover
    /// What is shown of it, by kind.
    var planes: [ZoomView.Plane]

    /// What links to it begin with.
    var key: String { "\(layer).\(matrix.rawValue)" }

    /// The parts that begin in a region, by their rows and columns among all.
    func parts(of region: Int) -> (rows: Range<Int>, columns: Range<Int>) {
      let (row, column) = region.quotientAndRemainder(dividingBy: regions.columnBlocks)
      let (rows, columns) = (regions.rows(ofBlock: row), regions.columns(ofBlock: column))
      func upwards(_ edge: Int, _ part: Int) -> Int { (edge + part - 1) / part }
      return (
        upwards(rows.lowerBound, parts.height)..<upwards(rows.upperBound, parts.height),
        upwards(columns.lowerBound, parts.width)..<upwards(columns.upperBound, parts.width)
      )
    }
  }

  private let coarse: ForecastOutline.Grid
  private let fine: ForecastOutline.Grid
  private var entries: [Entry] = []
  /// Regions over all kinds, and how many of them open.
  private var counts = (all: 0, opened: 0)

  /// Reads the maps of the largest and of the smallest regions; nil where there are not two sizes, or where even the
  /// largest regions are too many for a page.
  init?(_ file: borrowing ForecastFile) throws {
    let grids = file.summary.grids
    guard let coarse = grids.min(by: { $0.mutationCount < $1.mutationCount }),
      let fine = grids.max(by: { $0.mutationCount < $1.mutationCount }),
      coarse.mutationCount < fine.mutationCount, coarse.mutationCount <= ForecastDescent.regionLimit
    else { return nil }
    (self.coarse, self.fine) = (coarse, fine)
    try readRegions(file)
    chooseOpened()
    try readParts(file)
  }

  private mutating func readRegions(_ file: borrowing ForecastFile) throws {
    for layer in coarse.layers {
      for blocks in coarse.matrices {
        guard let shape = file.summary.shapes?.shape(of: blocks.matrix) else { continue }
        var planes: [ZoomView.Plane] = []
        for kind in coarse.kinds {
          planes.append(ZoomView.Plane(regions: try file.divergences(coarse, layer, blocks.matrix, kind)))
        }
        entries.append(
          Entry(
            layer: layer, matrix: blocks.matrix, regions: RegionCover(coarse.size, of: shape),
            parts: RegionCover(fine.size, of: shape), planes: planes))
      }
    }
  }

  /// Of all regions those that diverge most are opened, as many as a page has room for.
  private mutating func chooseOpened() {
    var places: [(divergence: Float, entry: Int, kind: Int, region: Int)] = []
    for (place, entry) in entries.enumerated() {
      for (kind, plane) in entry.planes.enumerated() {
        for (region, divergence) in plane.regions.enumerated() { places.append((divergence, place, kind, region)) }
      }
    }
    // A sort need not keep the order of equals.
    let order = places.indices.sorted { (places[$1].divergence, $0) < (places[$0].divergence, $1) }
    var room = ForecastDescent.partLimit
    counts.all = places.count
    for place in order.lazy.map({ places[$0] }) {
      let parts = entries[place.entry].parts(of: place.region)
      room -= parts.rows.count * parts.columns.count
      guard room >= 0 else { break }
      entries[place.entry].planes[place.kind].opened.append(place.region)
      counts.opened += 1
    }
    for entry in entries.indices {
      for kind in entries[entry].planes.indices { entries[entry].planes[kind].opened.sort() }
    }
  }

  private mutating func readParts(_ file: borrowing ForecastFile) throws {
    for (place, entry) in entries.enumerated() {
      for (kind, plane) in entry.planes.enumerated() where !plane.opened.isEmpty {
        let numbers = try file.divergences(fine, entry.layer, entry.matrix, coarse.kinds[kind])
        entries[place].planes[kind].parts = plane.opened.flatMap { region in
          let parts = entry.parts(of: region)
          return parts.rows.flatMap { row in
            numbers[
              parts.columns.lowerBound + row * entry.parts.columnBlocks..<parts.columns.upperBound + row
                * entry.parts.columnBlocks]
          }
        }
      }
    }
  }

  // MARK: What a page shows

  /// The maps and their words.
  var view: ZoomView {
    let (all, opened) = (Numeral.count(counts.all), Numeral.count(counts.opened))
    let which =
      counts.all == counts.opened
      ? "Every region opens."
      : "Of the \(all) regions, all kinds together, the \(opened) with the largest predicted divergence open here; the "
        + "file has the rest."
    return ZoomView(
      title: "From matrix to weight",
      caption: Markup(
        "The mean over inputs of the predicted divergence, by its logarithm. Choose a matrix, and a region of "
          + "\(coarse.size) on it: it opens into its regions of \(fine.size). Arrow keys move the frames, Enter goes "
          + "into a region and Escape back. All matrices are on one scale; an open region has a scale of its own. "
          + which),
      quantity: ("predicted divergence", "nats"), choices: coarse.kinds.map(\.rawValue),
      maps: entries.map { entry in
        ZoomView.Map(
          key: entry.key, group: "layer \(entry.layer)", name: entry.matrix.rawValue,
          shape: (entry.regions.rows, entry.regions.columns), region: (entry.regions.height, entry.regions.width),
          part: (entry.parts.height, entry.parts.width), planes: entry.planes)
      })
  }

  /// What opens a region, or a weight in it, on the page; nil where it does not open.
  func link(to mutation: Mutation) -> Link? {
    let region = mutation.region
    guard let entry = entries.first(where: { $0.layer == region.layer && $0.matrix == region.matrix }),
      let kind = coarse.kinds.firstIndex(of: mutation.kind)
    else { return nil }
    let (row, column) = (region.rows.lowerBound, region.columns.lowerBound)
    guard entry.planes[kind].opened.contains(entry.regions.number(row: row, column: column)) else { return nil }
    return Link(key: "\(entry.key).\(row).\(column).\(kind)", words: region.matrix.rawValue)
  }
}

extension ForecastFile {
  /// The mean divergences of all regions of a matrix by one kind, which the grid has.
  fileprivate borrowing func divergences(
    _ grid: ForecastOutline.Grid, _ layer: Int, _ matrix: WeightMatrix, _ kind: Kind
  ) throws -> [Float] {
    guard let blocks = grid.matrices.first(where: { $0.matrix == matrix }),
      let line = grid.layers.firstIndex(of: layer), let place = grid.kinds.firstIndex(of: kind)
    else { throw ForecastError("cannot show \(path): its maps are of different matrices; the file is damaged") }
    return try map(of: blocks, in: grid, layer: line, kind: place).divergence
  }
}
