import Statistics

/// Whether two measures of a subject, from different sources, rank its units alike within layers.
public struct Agreement: Sendable {
  /// The measures, by their places in the table.
  public let measures: (Int, Int)
  /// ρ within layers.
  public let within: StratifiedCorrelation
  /// ρ within layers beyond the size of activations; nil where nobody says how large they are, or where a measure is
  /// itself a statistic of activations.
  public let beyondSize: StratifiedCorrelation?
  /// Whether a measure is a statistic of activations: what follows from their size is arithmetic, and no finding.
  public let isOfActivations: Bool
  /// The false discovery rate at which it is a finding, among all pairs of the table that can be; not a number of one
  /// that cannot.
  public internal(set) var rate = Double.nan

  /// What counts: beyond the size of activations where that is known.
  public var claimed: StratifiedCorrelation { beyondSize ?? within }

  /// The least |ρ| that is worth a word: with many units far less would still not be chance.
  static let leastEffect = 0.1

  /// Whether it is a finding.
  public var isFound: Bool { rate <= FalseDiscoveryRate.level && abs(claimed.value) >= Agreement.leastEffect }
}

extension AtlasTable {
  /// The agreement of every two measures of different sources, in the order of the measures.
  ///
  /// Where a measure has one value for a run of units, as a screen has for the rows of a region, the other is averaged
  /// over the run: units of one run are no repetitions.
  package func agreements(seed: UInt64) -> [Agreement] {
    var found: [Agreement] = []
    let size = size
    for (one, first) in measures.enumerated() where first.isCompared {
      for (other, second) in measures.enumerated()
      where other > one && second.isCompared && second.source != first.source {
        let bands = bands(of: [first, second])
        func laid(_ measure: AtlasMeasure) -> [[Double]] { averaged(measure, over: bands) }
        let isOfActivations = [first, second].contains { $0.source == StudyMeasures.statistics }
        let within = StratifiedCorrelation(
          laid(first), laid(second), movesTogether: subject.isOneInAllLayers, seed: seed)
        let beyond =
          isOfActivations
          ? nil
          : size.map {
            StratifiedCorrelation(
              laid(first), laid(second), given: laid($0), movesTogether: subject.isOneInAllLayers, seed: seed)
          }
        found.append(
          Agreement(
            measures: (one, other), within: within, beyondSize: beyond, isOfActivations: isOfActivations))
      }
    }
    let rates = FalseDiscoveryRate.adjusted(found.map { $0.isOfActivations ? .nan : $0.claimed.probability })
    for (place, rate) in rates.enumerated() { found[place].rate = rate }
    return found
  }

  // MARK: Bands

  /// The band of each unit of a layer, such that every measure has one value in each; nil: each unit is its own.
  private func bands(of measures: [AtlasMeasure]) -> [Int]? {
    guard let units, let starts = measures.compactMap(\.bandStarts).map(Set.init).reduce(nil, AtlasTable.common)
    else { return nil }
    var band = -1
    return (0..<units.count).map { unit in
      if starts.contains(unit) { band += 1 }
      return max(band, 0)
    }
  }

  private static func common(_ before: Set<Int>?, _ starts: Set<Int>) -> Set<Int>? {
    before.map { $0.intersection(starts) } ?? starts
  }

  /// The means of a measure over bands, `[stratum][band]`; not a number where nothing is known of a band.
  private func averaged(_ measure: AtlasMeasure, over bands: [Int]?) -> [[Double]] {
    var rows = [[Double]](repeating: [], count: (strata.last ?? -1) + 1)
    for (row, stratum) in strata.enumerated() { rows[stratum].append(measure.values[row]) }
    guard let bands, let last = bands.last else { return rows }
    return rows.map { values in
      var sums = [(total: Double, count: Int)](repeating: (0, 0), count: last + 1)
      for (band, value) in zip(bands, values) where value.isFinite {
        sums[band].total += value
        sums[band].count += 1
      }
      return sums.map { $0.count > 0 ? $0.total / Double($0.count) : .nan }
    }
  }
}
