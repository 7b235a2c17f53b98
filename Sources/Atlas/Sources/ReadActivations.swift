import Perturbations
import Transformer

/// How large the activations are that matrices read.
struct ReadActivations {
  private let columns: [Site: StudyMeasures.Column]
  private let grids: [Site: (layers: Int, width: Int)]

  /// Takes the first statistics of each site.
  init(_ studies: [StudyMeasures]) {
    let sizes = studies.flatMap(\.columns).filter { $0.name == "\(StudyMeasures.statistics)_rms" }
    columns = Dictionary(sizes.map { ($0.site, $0) }) { first, _ in first }
    grids = studies.reduce(into: [:]) { $0.merge($1.grids) { first, _ in first } }
  }

  /// The root mean square of the activations that a region's columns read, of the residual stream before the norm; not
  /// a number where no file says.
  func size(of region: Region) -> Double {
    guard let site = region.matrix.siteRead else { return .nan }
    // A block whose parts stand side by side has no stream between them.
    let found = columns[site] == nil && site == .residualMiddle ? Site.residualBefore : site
    guard let values = columns[found]?.values, let grid = grids[found], region.layer < grid.layers,
      region.columns.upperBound <= grid.width
    else { return .nan }
    let first = region.layer * grid.width
    let units = values[first + region.columns.lowerBound..<first + region.columns.upperBound]
    return (units.reduce(0) { $0 + $1 * $1 } / Double(units.count)).squareRoot()
  }
}
