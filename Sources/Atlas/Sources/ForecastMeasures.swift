import Archive
import Perturbations
import Transformer

/// What a forecast says of regions, of units by its smallest regions, and which single weights it puts first.
struct ForecastMeasures {
  static let source = "forecast"
  private static let slab = 1 << 14

  /// A weight, or the smallest region, that is foretold to make predictions diverge most.
  struct Weight {
    let region: Region
    let kind: Kind
    /// Nats, the mean over inputs.
    let divergence: Double
  }

  /// The predicted divergence of the mutations that are foretold one by one, by kind.
  let columns: [RegionColumn]
  /// Means over the smallest regions, by kind in the order of the file.
  let means: [(kind: Kind, means: AxisMeans)]
  /// The smallest regions that diverge most, the greatest first; none where the file has no maps.
  let weights: [Weight]
  /// The size of the smallest regions; nil without maps.
  let size: RegionSize?
  /// Weights of a full region of that size.
  var area: Int { weights.map { $0.region.rows.count * $0.region.columns.count }.max() ?? 0 }

  /// Weights that are named.
  private static let weightCount = 20

  /// Reads mutations and the map of the smallest regions.
  init(_ file: borrowing ForecastFile, layout: AtlasLayout) throws {
    columns = try ForecastMeasures.columns(file)
    guard let grid = file.summary.grids.max(by: { $0.mutationCount < $1.mutationCount }),
      let shapes = file.summary.shapes
    else {
      (means, weights, size) = ([], [], nil)
      return
    }
    var means: [(kind: Kind, means: AxisMeans)] = []
    var weights: [Weight] = []
    for (number, kind) in grid.kinds.enumerated() {
      var own = AxisMeans(layout)
      for (place, layer) in grid.layers.enumerated() {
        for blocks in grid.matrices {
          guard let shape = shapes.shape(of: blocks.matrix) else { continue }
          let cover = RegionCover(grid.size, of: shape)
          let map = try file.map(of: blocks, in: grid, layer: place, kind: number).divergence
          own.add(map, cover, layer: layer, blocks.matrix)
          weights = ForecastMeasures.greatest(weights, map, cover, layer: layer, blocks.matrix, kind)
        }
      }
      means.append((kind, own))
    }
    self.means = means
    self.weights = weights
    size = grid.size
  }

  private static func columns(_ file: borrowing ForecastFile) throws -> [RegionColumn] {
    var columns: [Kind: RegionColumn] = [:]
    let inputs = max(1, file.summary.inputCount)
    for start in stride(from: 0, to: file.summary.mutationCount, by: slab) {
      let rows = start..<min(start + slab, file.summary.mutationCount)
      let divergences = try file.values(.divergence, rows)
      for (place, mutation) in try file.mutations(rows).enumerated() {
        let own = divergences[place * inputs..<(place + 1) * inputs]
        let empty = RegionColumn(
          name: "forecast_\(mutation.kind.fileName)_divergence",
          meaning: "mean divergence foretold for \(mutation.kind.rawValue), nats", source: source)
        columns[mutation.kind, default: empty].values[mutation.region] =
          own.reduce(0) { $0 + Double($1) } / Double(inputs)
      }
    }
    return columns.sorted { $0.key.code < $1.key.code }.map(\.value)
  }

  /// The greatest of those before and of a map.
  private static func greatest(
    _ before: [Weight], _ map: [Float], _ cover: RegionCover, layer: Int, _ matrix: WeightMatrix, _ kind: Kind
  ) -> [Weight] {
    let least = before.count < weightCount ? -Double.infinity : before[before.count - 1].divergence
    var found = before
    for (number, value) in map.enumerated() where Double(value) > least {
      found.append(
        Weight(region: cover.region(number, layer: layer, matrix: matrix), kind: kind, divergence: Double(value)))
      // Few are kept, and now and then all that are not are dropped.
      if found.count > 64 * weightCount { found = shortened(found) }
    }
    return shortened(found)
  }

  private static func shortened(_ weights: [Weight]) -> [Weight] {
    Array(weights.sorted { $0.divergence > $1.divergence }.prefix(weightCount))
  }
}

extension AxisMeans {
  /// Takes in the map of a matrix, `[row block][column block]`.
  fileprivate mutating func add(_ map: [Float], _ cover: RegionCover, layer: Int, _ matrix: WeightMatrix) {
    var (rows, columns) = (
      [Double](repeating: 0, count: cover.rowBlocks), [Double](repeating: 0, count: cover.columnBlocks)
    )
    for row in 0..<cover.rowBlocks {
      for column in 0..<cover.columnBlocks {
        let value = Double(map[row * cover.columnBlocks + column])
        rows[row] += value
        columns[column] += value
      }
    }
    for (block, total) in rows.enumerated() {
      add(total: total, count: cover.columnBlocks, layer: layer, matrix, .made, cover.rows(ofBlock: block))
    }
    for (block, total) in columns.enumerated() {
      add(total: total, count: cover.rowBlocks, layer: layer, matrix, .read, cover.columns(ofBlock: block))
    }
  }
}
