import HDF5
import Perturbations
import Transformer

/// Groups, dimensions and datasets of a forecast's file.
struct ForecastLayout {
  /// The group of all that is foretold.
  static let group = "forecast"
  /// What a map has for each mutation, over all inputs.
  enum MapColumn: String, CaseIterable {
    case divergence, margin, changed

    var type: ElementType { self == .changed ? .int32 : .float32 }

    var meaning: String {
      switch self {
      case .divergence: "predicted divergence of each region, mean over inputs, in nats"
      case .margin: "predicted margin of each region, the largest of all inputs"
      case .changed: "number of inputs on which the verdict is predicted to change"
      }
    }

    func name(of matrix: WeightMatrix) -> String { "\(matrix.rawValue)_\(rawValue)" }
  }

  let chunkRows: Int
  let groups: [ResultsLayout.GroupLayout]
  /// The groups of maps, below that of the forecast.
  let maps: [ResultsLayout.GroupLayout]

  init(_ outline: ForecastOutline) {
    let screen = outline.screen
    let mutation = Axis(name: "mutation", length: screen.mutationCount)
    let input = Axis(name: "input", length: screen.inputs.count)
    let names = Coordinate.labels(screen.inputs.map(\.id))
    let rowBytes = max(1, screen.inputs.count) * MemoryLayout<Float>.stride
    chunkRows = max(1, ResultsFormat.chunkBytes / (rowBytes * ResultsFormat.chunkRowStep)) * ResultsFormat.chunkRowStep
    var groups = [
      ResultsLayout.inputs(screen, input: input, names: names),
      ResultsLayout.baselines(
        screen, input: input, step: Axis(name: "step", length: screen.stepCount), names: names),
      ResultsLayout.mutations(mutation, screen, chunkRows: chunkRows),
      ForecastLayout.pairs(outline, mutation: mutation, input: input, names: names, chunkRows: chunkRows),
    ]
    if let shapes = screen.shapes { groups.append(ResultsLayout.matrices(shapes)) }
    if !screen.starts.isEmpty { groups.append(RunStart.layout(count: screen.starts.count, of: "forecast")) }
    self.groups = groups
    maps = outline.grids.map(ForecastLayout.map)
  }

  private static func pairs(
    _ outline: ForecastOutline, mutation: Axis, input: Axis, names: Coordinate, chunkRows: Int
  ) -> ResultsLayout.GroupLayout {
    let columns = ForecastColumn.allCases.map { column in
      Column(
        name: column.rawValue, type: .float32, axes: [mutation, input], longName: column.meaning,
        comment: column.comment, chunk: [chunkRows, max(1, input.length)], compression: ResultsFormat.compression)
    }
    let labels = ResultsLayout.labels(mutation, outline.screen, chunkRows: chunkRows)
    return ResultsLayout.GroupLayout(
      name: group, columns: columns + [ResultsLayout.tasks(input)] + labels.columns,
      dimensions: [(mutation, .index()), (input, names)] + labels.lengths.map { ($0, .none) },
      numbers: [("probes", outline.probeCount)],
      comment: """
        What mutants are foretold to do, from gradients of the unmutated model; no mutant was run. Below are maps of \
        all regions of a size, over all inputs.
        """,
      coordinates: ["task"] + labels.columns.map(\.name))
  }

  private static func map(_ grid: ForecastOutline.Grid) -> ResultsLayout.GroupLayout {
    let layer = Axis(name: "layer", length: grid.layers.count)
    let kind = Axis(name: "kind", length: grid.kinds.count)
    var columns: [Column] = []
    var dimensions: [(axis: Axis, coordinate: Coordinate)] = [
      (layer, .values(grid.layers.map(Double.init))), (kind, .labels(grid.kinds.map(\.rawValue))),
    ]
    for blocks in grid.matrices {
      let rows = Axis(name: "\(blocks.matrix.rawValue)_row", length: blocks.rows)
      let places = Axis(name: "\(blocks.matrix.rawValue)_column", length: blocks.columns)
      dimensions += [(rows, .none), (places, .none)]
      let chunkRows = min(blocks.rows, max(1, ResultsFormat.chunkBytes / (4 * blocks.columns)))
      columns += MapColumn.allCases.map { column in
        Column(
          name: column.name(of: blocks.matrix), type: column.type, axes: [layer, kind, rows, places],
          longName: column.meaning, chunk: [1, 1, chunkRows, blocks.columns], compression: ResultsFormat.compression)
      }
    }
    return ResultsLayout.GroupLayout(
      name: grid.name, columns: columns, dimensions: dimensions,
      comment: "All regions of \(grid.size), the rows and columns of each matrix counted in regions.")
  }
}
