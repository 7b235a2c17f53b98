import Archive
import Basics
import Perturbations
import Runs
import Transformer

/// Puts the pieces of a forecast together, in their order, and writes them.
struct ForecastGathering {
  /// Pairs of a mutation and an input that are held at a time.
  private static let slabPairs = 1 << 24

  let plan: ForecastPlan
  let pieces: StageJournal
  let model: Model
  let seed: UInt64
  let inputCount: Int

  /// Writes all mutations and maps; returns how many pairs there are, and how many are predicted to change.
  func write(to writer: borrowing ForecastWriter) throws -> (pairs: Int, changed: Int) {
    var changed = 0
    for group in plan.groups.indices {
      var maps = MapSums(count: mapCount(group), inputCount: inputCount)
      let cells = plan.cells[plan.groups[group]]
      let positions = cells.map(\.positions).filter { !$0.isEmpty }
      let first = positions.map(\.lowerBound).min() ?? 0
      let whole = first..<(positions.map(\.upperBound).max() ?? 0)
      let rows = max(1, ForecastGathering.slabPairs / max(1, inputCount))
      let slabs =
        whole.isEmpty
        ? [whole]
        : stride(from: first, to: whole.upperBound, by: rows).map {
          $0..<min($0 + rows, whole.upperBound)
        }
      for slab in slabs {
        changed += try write(slab, of: group, to: writer, maps: &maps, isFirst: slab == slabs[0])
      }
      try writeMutations(group, whole, to: writer)
      try write(maps, of: group, to: writer)
    }
    return (plan.mutations.mutationCount * inputCount, changed)
  }

  /// Mutations of all maps of a group.
  private func mapCount(_ group: Int) -> Int {
    let own = ForecastColumn.allCases.count * plan.cells[plan.groups[group]].reduce(0) { $0 + $1.positions.count }
    return (plan.numberCount(ofGroup: group) - own) / 2
  }

  // MARK: Pairs

  /// Writes some consecutive mutations of a group, and adds up its maps where this is the first time that its pieces
  /// are read; returns how many pairs are predicted to change.
  private func write(
    _ slab: Range<Int>, of group: Int, to writer: borrowing ForecastWriter, maps: inout MapSums, isFirst: Bool
  ) throws -> Int {
    var columns = ForecastColumn.allCases.map { _ in [Float](repeating: 0, count: slab.count * inputCount) }
    for input in 0..<inputCount {
      let numbers = [Float](memoryBytes: try pieces.finished(group * inputCount + input).bytes)
      guard numbers.count == plan.numberCount(ofGroup: group) else {
        throw ForecastError(
          "cannot gather piece \(group * inputCount + input): the journal holds another at its place; run again with "
            + "--restart")
      }
      var (place, mapPlace) = (0, 0)
      for cell in plan.cells[plan.groups[group]] {
        for column in columns.indices {
          for position in cell.positions.clamped(to: slab) {
            columns[column][(position - slab.lowerBound) * inputCount + input] =
              numbers[place + position - cell.positions.lowerBound]
          }
          place += cell.positions.count
        }
        for grid in plan.grids {
          let count =
            RegionCover(grid.size, of: (cell.rows, cell.columns)).count * plan.mutations.kinds.count
          if isFirst { maps.add(numbers, from: place, count: count, to: mapPlace) }
          place += 2 * count
          mapPlace += count
        }
      }
    }
    for (column, values) in zip(ForecastColumn.allCases, columns) {
      try writer.write(column, values, at: slab.lowerBound)
    }
    guard let margin = ForecastColumn.allCases.firstIndex(of: .margin) else { return 0 }
    return columns[margin].count { $0 > 1 }
  }

  private func writeMutations(_ group: Int, _ positions: Range<Int>, to writer: borrowing ForecastWriter) throws {
    guard !positions.isEmpty else { return }
    let values = try MatrixValues(plan, group: group, model: model, seed: seed)
    let rows = 1 << 16
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: rows) {
      let slab = start..<min(start + rows, positions.upperBound)
      let mutations = slab.map { plan.mutations.mutation(at: $0) }
      try writer.write(mutations, values: mutations.map { values[$0] }, at: start)
    }
  }

  // MARK: Maps

  private func write(_ maps: MapSums, of group: Int, to writer: borrowing ForecastWriter) throws {
    var place = 0
    for cell in plan.cells[plan.groups[group]] {
      for grid in plan.grids {
        let count = RegionCover(grid.size, of: (cell.rows, cell.columns)).count
        guard let blocks = grid.matrices.first(where: { $0.matrix == cell.matrix }),
          let layer = grid.layers.firstIndex(of: cell.layer)
        else { preconditionFailure("a map of the plan's matrices") }
        for kind in grid.kinds.indices {
          try writer.write(maps.map(place..<place + count), of: blocks, in: grid, layer: layer, kind: kind)
          place += count
        }
      }
    }
  }
}

/// Sums over inputs of what maps show, one input after the other.
private struct MapSums {
  private let inputCount: Int
  private var divergence: [Double]
  private var margin: [Float]
  private var changed: [Int32]

  init(count: Int, inputCount: Int) {
    self.inputCount = inputCount
    divergence = Array(repeating: 0, count: count)
    margin = Array(repeating: -.infinity, count: count)
    changed = Array(repeating: 0, count: count)
  }

  /// Adds an input's divergences, `count` from `place` on, behind which stand as many margins.
  mutating func add(_ numbers: [Float], from place: Int, count: Int, to target: Int) {
    for index in 0..<count {
      divergence[target + index] += Double(numbers[place + index])
      let share = numbers[place + count + index]
      margin[target + index] = max(margin[target + index], share)
      if share > 1 { changed[target + index] += 1 }
    }
  }

  func map(_ range: Range<Int>) -> ForecastWriter.Map {
    ForecastWriter.Map(
      divergence: divergence[range].map { Float($0 / Double(inputCount)) }, margin: Array(margin[range]),
      changed: Array(changed[range]))
  }
}

/// What the kinds of a plan set the regions of some matrices to: the same for all regions of a matrix.
private struct MatrixValues {
  private let mutators: [[Int]: RegionMutator]

  init(_ plan: ForecastPlan, group: Int, model: Model, seed: UInt64) throws {
    var mutators: [[Int]: RegionMutator] = [:]
    for cell in plan.cells[plan.groups[group]] {
      mutators[[cell.layer, cell.matrix.index]] = try RegionMutator(
        weight: model.layers[cell.layer][cell.matrix].weight, kinds: plan.mutations.kinds,
        parameters: plan.mutations.parameters, seed: seed)
    }
    self.mutators = mutators
  }

  subscript(mutation: Mutation) -> Float {
    mutators[[mutation.region.layer, mutation.region.matrix.index]]?.value(of: mutation.kind) ?? .nan
  }
}
