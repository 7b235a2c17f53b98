import Archive
import Perturbations
import Transformer

/// A forecast that tests make up, with maps of two sizes: next to nothing, and more where a test says so.
struct SyntheticForecast {
  /// Where something is foretold: the first weight of a part of a region, and how much.
  struct Spot {
    let layer: Int
    let matrix: WeightMatrix
    let kind: Kind
    let row: Int
    let column: Int
    let divergence: Float
  }

  static let background: Float = 1e-9

  var layers = [0, 1]
  var shapes: [(matrix: WeightMatrix, rows: Int, columns: Int)] = [(.q, 32, 32), (.down, 24, 40)]
  var kinds: [Kind] = [.zero, .negate]
  /// The sides of regions and of their parts.
  var sides = (region: 8, part: 2)
  var spots: [Spot] = []

  func write(_ path: String) throws {
    let grids = [sides.region, sides.part].map(grid)
    let mutations = kinds.map {
      Mutation(region: Region(layer: layers[0], matrix: shapes[0].matrix, rows: 0..<8, columns: 0..<8), kind: $0)
    }
    let writer = try ForecastWriter(
      path: path,
      outline: ForecastOutline(screen: description(mutations.count), probeCount: 16, seed: 0, grids: grids))
    try writer.write(mutations, values: mutations.map { _ in 0 }, at: 0)
    for column in ForecastColumn.allCases { try writer.write(column, mutations.map { _ in 0.5 }, at: 0) }
    for grid in grids {
      for (line, layer) in layers.enumerated() {
        for blocks in grid.matrices {
          for (place, kind) in kinds.enumerated() {
            try writer.write(map(grid, layer, blocks, kind), of: blocks, in: grid, layer: line, kind: place)
          }
        }
      }
    }
    try writer.finish()
  }

  private func grid(of side: Int) -> ForecastOutline.Grid {
    let size = RegionSize(rows: side, columns: side)
    return ForecastOutline.Grid(
      size: size, layers: layers, kinds: kinds,
      matrices: shapes.map { shape in
        let blocks = size.blocks(of: (shape.rows, shape.columns))
        return .init(shape.matrix, rows: blocks.rows, columns: blocks.columns)
      })
  }

  private func map(
    _ grid: ForecastOutline.Grid, _ layer: Int, _ blocks: ForecastOutline.Grid.Blocks, _ kind: Kind
  ) -> ForecastWriter.Map {
    var divergence = [Float](repeating: SyntheticForecast.background, count: blocks.rows * blocks.columns)
    guard let side = grid.size.rows else { preconditionFailure("a side") }
    for spot in spots where spot.layer == layer && spot.matrix == blocks.matrix && spot.kind == kind {
      divergence[spot.row / side * blocks.columns + spot.column / side] += spot.divergence
    }
    return ForecastWriter.Map(
      divergence: divergence, margin: divergence.map { _ in 0.5 }, changed: divergence.map { _ in 0 })
  }

  private func description(_ mutationCount: Int) -> ScreenDescription {
    ScreenDescription(
      inputs: [.init(id: "a", task: "t", prompt: "p", tokens: [1, 2])],
      baseline: [.init(tokens: [0], text: "x", margins: [1])], mutationCount: mutationCount, unitCount: 0,
      stepCount: 1, componentCount: 0, recording: RecordedColumns(names: []),
      shapes: MatrixShapes(layerCount: layers.count, shapes: shapes),
      provenance: Provenance(
        locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", configuration: Array("model: m\n".utf8),
        commandLine: "locus forecast", modelName: "m", modelSHA256: "ab", planSHA256: "cd", rowOrder: "half_split",
        ranks: 1, threads: 1, blas: "", mpi: "", instructionSet: "portable"))
  }
}
