import Archive
import Perturbations
import Screen
import Transformer

/// What is foretold: single mutations in the order of a plan, and maps of all regions of some sizes, matrix by matrix.
struct ForecastPlan: Sendable {
  /// A matrix of a layer, and which mutations of the plan are of it.
  struct Cell: Sendable {
    let layer: Int
    let matrix: WeightMatrix
    /// The shape `[out, in]`.
    let rows: Int
    let columns: Int
    /// Positions in the plan, perhaps none.
    let positions: Range<Int>
  }

  /// Numbers that the tallies of a piece hold at most, unless one matrix has more: 50 MB of each rank.
  private static let groupLimit = 1 << 22
  /// A usual forecast has no maps of more mutations than that: their size is a choice.
  private static let usualMapLimit = 1 << 24

  /// The mutations one by one.
  let mutations: UnitPlan
  /// The matrices in canonical order.
  let cells: [Cell]
  /// Consecutive matrices that are foretold by the same backward passes.
  let groups: [Range<Int>]
  /// The maps, of the size of the mutations first; none where these are listed.
  let grids: [ForecastOutline.Grid]

  /// Divides the mutations of a plan; throws where some are no changes of weights.
  init(_ mutations: UnitPlan, shape: HostShape, settings: ForecastSettings) throws {
    if let kind = mutations.kinds.first(where: \.replacesInputs) {
      throw ForecastError(
        "cannot forecast edits of the kind \(kind.rawValue): they hold units and change no weights; leave out values "
          + "but zero under mutations.edits")
    }
    guard mutations.components == nil else {
      throw ForecastError(
        "cannot forecast mutations of components, of which every weight of a matrix changes; use mutations.region")
    }
    guard mutations.pairs == nil else {
      throw ForecastError(
        "cannot forecast pairs of mutations, of which forecasts have no interactions; use mutations.region")
    }
    if let matrix = mutations.outerMatrices.first {
      throw ForecastError(
        "cannot forecast mutations of \(matrix.rawValue), which is of no layer; leave it out of mutations.matrices")
    }
    self.mutations = mutations
    cells = ForecastPlan.cells(of: mutations, shape)
    grids = mutations.space.map { ForecastPlan.grids(of: $0, shape, settings) } ?? []
    let sizes = grids.map(\.size)
    let entries = cells.map { cell in
      sizes.isEmpty
        ? cell.positions.count
        : sizes.reduce(0) { $0 + RegionCover($1, of: (cell.rows, cell.columns)).count } * mutations.kinds.count
    }
    var groups: [Range<Int>] = []
    var held = 0
    for (cell, count) in entries.enumerated() {
      if let last = groups.last, held + count <= ForecastPlan.groupLimit {
        groups[groups.count - 1] = last.lowerBound..<cell + 1
        held += count
      } else {
        groups.append(cell..<cell + 1)
        held = count
      }
    }
    self.groups = groups
  }

  private static func cells(of plan: UnitPlan, _ shape: HostShape) -> [Cell] {
    var positions: [[Int]: Range<Int>] = [:]
    for unit in plan.units {
      let region = plan.mutation(at: unit.positions.lowerBound).region
      let key = [region.layer, region.matrix.index]
      positions[key] = (positions[key]?.lowerBound ?? unit.positions.lowerBound)..<unit.positions.upperBound
    }
    let places =
      plan.space.map { space in space.layers.flatMap { layer in space.matrices.map { [layer, $0.index] } } }
      ?? positions.keys.sorted { $0.lexicographicallyPrecedes($1) }
    return places.map { key in
      let matrix = WeightMatrix.allCases[key[1]]
      let size = shape.shape(of: matrix)
      return Cell(
        layer: key[0], matrix: matrix, rows: size.rows, columns: size.columns, positions: positions[key] ?? 0..<0)
    }
  }

  // MARK: Maps

  private static func grids(
    of space: MutationSpace, _ shape: HostShape, _ settings: ForecastSettings
  ) -> [ForecastOutline.Grid] {
    func grid(_ size: RegionSize) -> ForecastOutline.Grid {
      ForecastOutline.Grid(
        size: size, layers: space.layers, kinds: space.kinds,
        matrices: space.matrices.map { matrix in
          let blocks = size.blocks(of: shape.shape(of: matrix))
          return .init(matrix, rows: blocks.rows, columns: blocks.columns)
        })
    }
    let own = grid(space.region)
    if let sizes = settings.sizes {
      return sizes.reduce(into: [own]) { grids, size in
        if !grids.contains(where: { $0.size == size }) { grids.append(grid(size)) }
      }
    }
    var grids = [own]
    while let last = grids.last, last.size != RegionSize(rows: 1, columns: 1) {
      let next = grid(last.size.quarter)
      guard next.mutationCount <= usualMapLimit else { break }
      grids.append(next)
    }
    return grids
  }

  // MARK: Pieces

  /// The pieces of a run: a group of matrices on one input, inputs running fastest.
  func pieceCount(inputs: Int) -> Int { groups.count * inputs }

  /// Numbers that a piece of a group gives: three for each mutation of the plan, two for each of a map.
  func numberCount(ofGroup group: Int) -> Int {
    cells[groups[group]].reduce(0) { sum, cell in
      let maps = grids.reduce(0) { $0 + RegionCover($1.size, of: (cell.rows, cell.columns)).count }
      return sum + ForecastColumn.allCases.count * cell.positions.count + 2 * maps * mutations.kinds.count
    }
  }

  /// The place of a mutation of the plan among `[kind, region]` of its matrix, in the grid of the plan's own size.
  func place(of position: Int, in cell: Cell, cover: RegionCover) -> Int {
    let mutation = mutations.mutation(at: position)
    let block =
      mutation.region.rows.lowerBound / cover.height * cover.columnBlocks
      + mutation.region.columns.lowerBound / cover.width
    guard let kind = mutations.kinds.firstIndex(of: mutation.kind) else { preconditionFailure("a kind of the plan") }
    return kind * cover.count + block
  }
}

extension RegionSize {
  /// A quarter of the size along each side, at least 1; of all that a matrix has, 16.
  fileprivate var quarter: RegionSize {
    RegionSize(rows: rows.map { max(1, $0 / 4) } ?? 16, columns: columns.map { max(1, $0 / 4) } ?? 16)
  }
}
