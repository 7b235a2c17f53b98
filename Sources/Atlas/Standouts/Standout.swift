import Foundation
import Statistics

/// The unit, or region, that a measure puts first.
public struct Standout: Sendable {
  /// The measure, by its place in the table.
  public let measure: Int
  /// The row with the greatest magnitude.
  public let row: Int
  /// Its value.
  public let value: Double
  /// How many times the median magnitude of its layer it is.
  public let timesMedian: Double
}

/// A unit that several sources have among their first.
public struct CommonStandout: Sendable {
  /// The unit's number within its layer; of a residual index in all layers.
  public let place: Int
  /// The layer; nil of a residual index, which is one in all layers.
  public let layer: Int?
  /// The sources that have it among the first.
  public let sources: [String]
  /// The probability of so many sources by chance, times the number of units.
  public let probability: Double
}

extension AtlasTable {
  /// The first of every measure, in the order of the measures.
  package var standouts: [Standout] {
    measures.indices.compactMap { measure in
      let values = measures[measure].values.map(abs)
      guard let row = values.indices.filter({ values[$0].isFinite }).max(by: { values[$0] < values[$1] }) else {
        return nil
      }
      let layer = strata.indices.filter { strata[$0] == strata[row] && values[$0].isFinite }.map { values[$0] }
      return Standout(
        measure: measure, row: row, value: measures[measure].values[row],
        timesMedian: values[row] / layer.quantile(0.5))
    }
  }

  /// The share of units that are first for a source.
  static let firstShare = 0.01

  /// Units that at least two sources have among the first hundredth by one of their measures, the most common first.
  ///
  /// Statistics of activations are no source: much follows from their size. The null is that sources are independent:
  /// each has a unit among its first with the share of units that it has there. Of a residual index the measure is the
  /// mean over layers of its rank within the layer.
  package var commonStandouts: [CommonStandout] {
    guard let units, units.count * (subject.isOneInAllLayers ? 1 : units.layers) >= 100 else { return [] }
    var firsts: [(source: String, places: Set<Int>)] = []
    for source in Set(measures.map(\.source)).sorted() where source != StudyMeasures.statistics {
      let own = measures.filter { $0.source == source && $0.isCompared && $0.bandStarts == nil }
      guard !own.isEmpty else { continue }
      firsts.append((source, Set(own.flatMap(firstPlaces))))
    }
    guard firsts.count > 1 else { return [] }
    let count = subject.isOneInAllLayers ? units.count : units.count * units.layers
    let null = PoissonBinomial(firsts.map { Double($0.places.count) / Double(count) })
    let found = Set(firsts.flatMap(\.places)).sorted().compactMap { place -> CommonStandout? in
      let sources = firsts.filter { $0.places.contains(place) }.map(\.source)
      guard sources.count > 1 else { return nil }
      return CommonStandout(
        place: subject.isOneInAllLayers ? place : place % units.count,
        layer: subject.isOneInAllLayers ? nil : place / units.count, sources: sources,
        probability: min(1, null.tail(sources.count) * Double(count)))
    }
    return found.sorted { ($1.sources.count, $0.layer ?? 0, $0.place) < ($0.sources.count, $1.layer ?? 0, $1.place) }
  }

  /// The first hundredth by the magnitude of a measure.
  private func firstPlaces(_ measure: AtlasMeasure) -> [Int] {
    guard let units else { return [] }
    var scores = measure.values.map { $0.isFinite ? abs($0) : -.infinity }
    var isKnown = measure.values.map(\.isFinite)
    if subject.isOneInAllLayers {
      var sums = [Double](repeating: 0, count: units.count)
      for layer in 0..<units.layers {
        let own = Array(scores[layer * units.count..<(layer + 1) * units.count])
        for (rank, unit) in own.indices.sorted(by: { own[$0] < own[$1] }).enumerated() {
          sums[unit] += own[unit] > -.infinity ? Double(rank) : 0
        }
      }
      scores = sums
      isKnown = (0..<units.count).map { unit in (0..<units.layers).contains { isKnown[$0 * units.count + unit] } }
    }
    let wanted = max(1, Int((Double(scores.count) * AtlasTable.firstShare).rounded()))
    let known = scores.indices.filter { isKnown[$0] }
    return Array(known.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(wanted))
  }
}
