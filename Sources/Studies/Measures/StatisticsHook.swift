import Perturbations
import Transformer

/// A hook that takes the statistics of all units of some sites.
///
/// Each row of text is one part, joined in the order of the rows, so that nothing depends on how many rows run
/// together.
final class StatisticsHook: Hook {
  private(set) var statistics: [Site: UnitStatistics]
  private let sites: [Site]
  private let firstPosition: Int
  private var moments: [Site: UnitMoments]

  /// Takes the positions from `firstPosition` on of every row.
  init(sites: [Site], shape: HostShape, from firstPosition: Int) throws {
    self.sites = sites
    self.firstPosition = firstPosition
    let grids = try sites.map { ($0, try UnitGrid(shape, $0)) }
    statistics = Dictionary(uniqueKeysWithValues: grids.map { ($0, UnitStatistics($1)) })
    moments = Dictionary(uniqueKeysWithValues: grids.map { ($0, UnitMoments(count: $1.width)) })
  }

  func places(ofLayer layer: Int) -> Set<Place> { Set(sites.map(Place.site)) }

  func visit(_ visit: Visit) {
    guard case .site(let site) = visit.place else { return }
    let values = visit.values.reading
    var before = statistics[site]?.count ?? 0
    for (range, span) in zip(visit.rows.ranges, visit.rows.spans) {
      let first = range.lowerBound + max(0, firstPosition - span.positions.lowerBound)
      guard first < range.upperBound else { continue }
      moments[site]?.take(values[rows: first..<range.upperBound])
      if let own = moments[site] {
        statistics[site]?.join(own, positions: range.upperBound - first, before: before, layer: visit.layer)
      }
      before += range.upperBound - first
    }
  }

  /// Takes note that all layers have seen these rows.
  func finish(_ rows: RowSet) {
    let positions = rows.spans.reduce(0) { $0 + max(0, $1.positions.upperBound - firstPosition) }
    for site in sites { statistics[site]?.addPositions(positions) }
  }
}
