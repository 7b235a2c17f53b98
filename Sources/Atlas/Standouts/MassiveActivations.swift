import Statistics
import Transformer

/// Activations of the residual stream that are far larger than others (Sun et al. 2024, arXiv 2402.17762): an index is
/// massive in a layer where its largest magnitude is at least 100 and at least 1,000 times the median of the stream,
/// which is taken over the indices of their mean magnitudes.
public struct MassiveActivations: Sendable {
  /// An index of the stream as it leaves a layer.
  public struct Place: Sendable {
    /// The layer.
    public let layer: Int
    /// The index.
    public let index: Int
    /// The largest magnitude over all positions.
    public let magnitude: Double
    /// How many times the median it is.
    public let timesMedian: Double
  }

  static let leastMagnitude = 100.0
  static let leastRatio = 1000.0

  /// The largest of each layer.
  public let largest: [Place]
  /// The places that meet the definition.
  public let massive: [Place]

  /// Takes the extremes from statistics of the stream as it leaves a layer; nil where no file has them.
  init?(_ studies: [StudyMeasures]) {
    let own = studies.first { study in
      study.columns.contains { $0.site == .residualAfter && $0.source == StudyMeasures.statistics }
    }
    guard let own, let grid = own.grids[.residualAfter] else { return nil }
    func column(_ name: String) -> [Double]? {
      own.columns.first { $0.site == .residualAfter && $0.name == "\(StudyMeasures.statistics)_\(name)" }?.values
    }
    guard let least = column("min"), let greatest = column("max"), let mean = column("abs") else { return nil }
    var largest: [Place] = []
    var massive: [Place] = []
    for layer in 0..<grid.layers {
      let units = layer * grid.width..<(layer + 1) * grid.width
      let median = Array(mean[units]).quantile(0.5)
      let places = units.map { unit -> Place in
        let magnitude = max(abs(least[unit]), abs(greatest[unit]))
        return Place(
          layer: layer, index: unit - units.lowerBound, magnitude: magnitude, timesMedian: magnitude / median)
      }
      if let top = places.max(by: { $0.magnitude < $1.magnitude }) { largest.append(top) }
      massive += places.filter {
        $0.magnitude >= MassiveActivations.leastMagnitude && $0.timesMedian >= MassiveActivations.leastRatio
      }
    }
    self.largest = largest
    self.massive = massive
  }
}
