import Perturbations
import Transformer

/// Statistics that are wanted of every unit of some sites over rows, under an edit of the model if there is one.
public struct StatisticsRequest {
  /// The sites.
  public let sites: [Site]
  /// The rows.
  public let rows: [StudyRow]
  /// The edit of the model; nil: none.
  public let edit: (any Hook)?

  /// Asks for the statistics of sites over rows.
  public init(_ sites: [Site], of rows: [StudyRow], under edit: (any Hook)? = nil) {
    self.sites = sites
    self.rows = rows
    self.edit = edit
  }
}

extension StudyGround {
  /// The statistics of several requests in one stage, from position `first` of every row on; by default without the
  /// token that begins a row.
  ///
  /// Cost: a pass over all rows of each request. The parts of a request are at most 64 and the same for any number of
  /// ranks.
  public func statistics(
    _ requests: [StatisticsRequest], from first: Int? = nil, phase: String = "taking statistics"
  ) throws -> [[Site: UnitStatistics]] {
    let grids = try requests.map { try $0.sites.map { try grid($0) } }
    let parts = requests.map { RowParts($0.rows, atMost: 64, tokens: StudyCost.pieceTokens(shape)) }
    let places = parts.enumerated().flatMap { request, parts in parts.ranges.map { (request: request, rows: $0) } }
    let sizes = grids.map { $0.reduce(0) { $0 + UnitStatistics.numberCount($1) } }
    let pieces = try stages.evaluate(
      phase, costs: parts.flatMap { $0.costs(shape) }, sizes: places.map { sizes[$0.request] }
    ) { piece in
      let (request, range) = places[piece]
      let (sites, rows) = (requests[request].sites, requests[request].rows[range])
      let hook = try StatisticsHook(sites: sites, shape: shape, from: first ?? firstCounted)
      withPass { $0.run(rows, hook: HookSequence([requests[request].edit, hook])) { hook.finish($0) } }
      return sites.flatMap { hook.statistics[$0]?.numbers ?? [] }
    }
    var found = zip(requests, grids).map { request, grids in
      Dictionary(uniqueKeysWithValues: zip(request.sites, grids.map(UnitStatistics.init)))
    }
    for (piece, place) in places.enumerated() {
      var rest = try pieces[piece][...]
      for (site, grid) in zip(requests[place.request].sites, grids[place.request]) {
        found[place.request][site]?.join(UnitStatistics(grid, numbers: rest.prefix(UnitStatistics.numberCount(grid))))
        rest = rest.dropFirst(UnitStatistics.numberCount(grid))
      }
    }
    return found
  }
}
