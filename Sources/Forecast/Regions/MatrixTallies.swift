import Archive
import LinearAlgebra
import Perturbations
import Transformer

/// The tallies of a group of matrices, which the same backward passes fill.
final class MatrixTallies {
  /// A matrix, its weights, and what is foretold of it: maps by size, or listed mutations.
  private struct Entry {
    let cell: ForecastPlan.Cell
    let projection: Projection
    let grids: [GridTally]
    let listed: RectangleTally?
    /// The tallies of both kinds.
    var all: [any RegionTally] { listed.map { [$0 as any RegionTally] } ?? grids }
  }

  private let plan: ForecastPlan
  private let entries: [Entry]
  /// The entry of each matrix, by layer.
  private let places: [Int: [WeightMatrix: Int]]

  /// Reads each matrix of the group once for what kinds make of it; throws if it holds weights that are not numbers.
  init(_ plan: ForecastPlan, group: Int, model: Model, seed: UInt64) throws {
    self.plan = plan
    entries = try plan.cells[plan.groups[group]].map { cell in
      let projection = model.layers[cell.layer][cell.matrix]
      let mutator = try RegionMutator(
        weight: projection.weight, kinds: plan.mutations.kinds, parameters: plan.mutations.parameters, seed: seed)
      let grids = plan.grids.map { grid in
        let cover = RegionCover(grid.size, of: (cell.rows, cell.columns))
        let changes = plan.mutations.kinds.map {
          WeightChange($0, mutator, layer: cell.layer, matrix: cell.matrix, grid: cover)
        }
        return GridTally(cover, changes: changes)
      }
      let listed =
        grids.isEmpty ? RectangleTally(cell.positions.map { plan.mutations.mutation(at: $0) }, mutator) : nil
      return Entry(cell: cell, projection: projection, grids: grids, listed: listed)
    }
    var places: [Int: [WeightMatrix: Int]] = [:]
    for (place, entry) in entries.enumerated() { places[entry.cell.layer, default: [:]][entry.cell.matrix] = place }
    self.places = places
  }

  // MARK: Filling

  /// The lowest layer that gradients have to reach.
  var lowestLayer: Int { places.keys.min() ?? 0 }

  /// The matrices of a layer that are of the group.
  func matrices(ofLayer layer: Int) -> [WeightMatrix] { Array(places[layer, default: [:]].keys) }

  func clear() { for tally in entries.flatMap(\.all) { tally.clear() } }

  /// Takes in the gradient of a scalar by a matrix of the group, `[out, in]`.
  func add(_ gradient: MatrixView, layer: Int, matrix: WeightMatrix, as use: GradientUse) {
    guard let place = places[layer]?[matrix] else { return }
    for tally in entries[place].all { tally.add(gradient, entries[place].projection.weight, as: use) }
  }

  func finish(divergenceShare: Float) {
    for tally in entries.flatMap(\.all) { tally.finish(divergenceShare: divergenceShare) }
  }

  // MARK: Numbers

  /// All numbers of the piece, matrix by matrix: of the mutations of the plan each column of `ForecastColumn`, then of
  /// each map the divergences and the margins, `[kind, region]`.
  func numbers() -> [Float] {
    var numbers: [Float] = []
    for entry in entries {
      for column in ForecastColumn.allCases { numbers += own(column, of: entry) }
      for tally in entry.grids {
        for matrix in [tally.divergence, tally.margin] {
          numbers += UnsafeBufferPointer(start: matrix.view.base, count: matrix.rows * matrix.columns)
        }
      }
    }
    return numbers
  }

  private func own(_ column: ForecastColumn, of entry: Entry) -> [Float] {
    let positions = entry.cell.positions
    guard let tally = entry.all.first, !positions.isEmpty else { return [] }
    let base = tally.numbers(column).view.base
    guard let grid = entry.grids.first else { return positions.indices.map { base[$0 - positions.lowerBound] } }
    return positions.map { base[plan.place(of: $0, in: entry.cell, cover: grid.cover)] }
  }
}

extension RegionTally {
  /// The numbers of a column.
  func numbers(_ column: ForecastColumn) -> Matrix {
    switch column {
    case .divergence: divergence
    case .margin: margin
    case .lossChange: loss
    }
  }
}
