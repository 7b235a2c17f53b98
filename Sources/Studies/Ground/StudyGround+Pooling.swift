import LinearAlgebra
import Perturbations
import Transformer

/// How the activations of a unit at the positions of a row become one number.
public enum Pooling: String, CaseIterable, Sendable {
  /// The activation at the last position.
  case last
  /// The mean over all positions but that of the token that begins a row.
  case mean

  /// What it is, in words.
  public var meaning: String {
    switch self {
    case .last: "the activation at the last position"
    case .mean: "the mean activation over the row"
    }
  }
}

/// One number for each row and unit of some sites, read from the pieces of a stage as they are asked for.
public struct PooledActivations {
  private let sites: [Site]
  private let poolings: [Pooling]
  private let grids: [UnitGrid]
  private let parts: [Range<Int>]
  private let pieces: StudyStages.Pieces

  fileprivate init(
    _ sites: [Site], _ poolings: [Pooling], _ grids: [UnitGrid], _ parts: [Range<Int>], _ pieces: StudyStages.Pieces
  ) {
    (self.sites, self.poolings, self.grids, self.parts, self.pieces) = (sites, poolings, grids, parts, pieces)
  }

  /// The numbers of a site, `[row, layer · width + unit]`.
  public func matrix(_ site: Site, _ pooling: Pooling) throws -> DoubleMatrix {
    guard let place = sites.firstIndex(of: site), let kind = poolings.firstIndex(of: pooling) else {
      preconditionFailure("a site and a pooling that were asked for")
    }
    let width = grids[place].count
    var values: [Double] = []
    values.reserveCapacity((parts.last?.upperBound ?? 0) * width)
    for (number, part) in parts.enumerated() {
      let own = try pieces[place * parts.count + number]
      values += own[kind * part.count * width..<(kind + 1) * part.count * width]
    }
    return DoubleMatrix(rows: values.count / width, columns: width, values: values)
  }
}

extension StudyGround {
  /// The activations of every unit of some sites on each row, pooled over its positions.
  ///
  /// Cost: a pass over all rows for each site; 8 bytes for each row, pooling and unit are kept.
  public func pooled(
    _ sites: [Site], of rows: [StudyRow], by poolings: [Pooling] = Pooling.allCases
  ) throws -> PooledActivations {
    let grids = try sites.map { try grid($0) }
    let parts = RowParts(rows, atMost: 64, tokens: StudyCost.pieceTokens(shape))
    let costs = parts.costs(shape)
    let pieces = try stages.evaluate(
      "reading activations", costs: sites.flatMap { _ in costs },
      sizes: grids.flatMap { grid in parts.ranges.map { $0.count * poolings.count * grid.count } }
    ) { piece in
      let (site, part) = (piece / parts.ranges.count, parts.ranges[piece % parts.ranges.count])
      let hook = PoolingHook(
        sites[site], grids[site], rows: part.count, poolings: poolings, from: firstCounted)
      withPass { pass in
        pass.run(rows[part], hook: hook) { hook.finish($0) }
      }
      return hook.values.flatMap { $0 }
    }
    return PooledActivations(sites, poolings, grids, parts.ranges, pieces)
  }
}

/// A hook that pools the activations of a site over the positions of each row.
private final class PoolingHook: Hook {
  /// What each pooling gives, `[pooling][row · units + layer · width + unit]`.
  private(set) var values: [[Double]]
  private let site: Site
  private let grid: UnitGrid
  private let poolings: [Pooling]
  private let firstPosition: Int
  /// Rows that have run before those of the panel.
  private var before = 0

  init(_ site: Site, _ grid: UnitGrid, rows: Int, poolings: [Pooling], from firstPosition: Int) {
    self.site = site
    self.grid = grid
    self.poolings = poolings
    self.firstPosition = firstPosition
    values = poolings.map { _ in [Double](repeating: 0, count: rows * grid.count) }
  }

  func places(ofLayer layer: Int) -> Set<Place> { [.site(site)] }

  func visit(_ visit: Visit) {
    for (row, range) in visit.rows.ranges.enumerated() {
      let start = (before + row) * grid.count + visit.layer * grid.width
      for (kind, pooling) in poolings.enumerated() {
        let positions =
          switch pooling {
          case .last: range.suffix(1)
          case .mean: range.count > firstPosition ? range.dropFirst(firstPosition) : range
          }
        add(visit.values.reading, rows: positions, to: &values[kind], at: start)
      }
    }
  }

  /// Adds the mean of some positions.
  private func add(_ activations: MatrixView, rows: Range<Int>, to sums: inout [Double], at start: Int) {
    for row in rows {
      let own = activations.row(row)
      for unit in 0..<grid.width { sums[start + unit] += Double(own[unit]) }
    }
    let count = Double(rows.count)
    for unit in 0..<grid.width { sums[start + unit] /= count }
  }

  /// Takes note that all layers have seen these rows.
  func finish(_ rows: RowSet) { before += rows.spans.count }
}
