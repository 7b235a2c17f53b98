import Perturbations
import Transformer

/// How often each unit of a site is in each of 100 equal bins of its own range.
public struct UnitHistogram: Equatable, Sendable {
  /// The number of bins.
  public static let binCount = 100

  /// The units.
  public let grid: UnitGrid
  /// The smallest activation of each unit.
  public let low: [Double]
  /// The greatest activation of each unit.
  public let high: [Double]
  /// Positions in each bin, `[(layer · width + unit) · 100 + bin]`.
  public private(set) var counts: [Int32]

  init(_ grid: UnitGrid, low: [Double], high: [Double]) {
    self.grid = grid
    self.low = low
    self.high = high
    counts = [Int32](repeating: 0, count: grid.count * UnitHistogram.binCount)
  }

  /// Counts an activation: bin ⌊100 (x − low) / (high − low)⌋, and the last one for the greatest; the first for a unit
  /// that never moves.
  mutating func add(_ value: Float, of unit: Int) {
    let width = max(high[unit] - low[unit], Double.leastNormalMagnitude)
    let place = Double(UnitHistogram.binCount) * (Double(value) - low[unit]) / width
    counts[unit * UnitHistogram.binCount + Int(max(0, min(place, Double(UnitHistogram.binCount - 1))))] += 1
  }

  /// Adds the counts of other positions.
  mutating func join(_ counts: [Double]) {
    for (place, count) in counts.enumerated() { self.counts[place] += Int32(count) }
  }

  /// The counts of a unit's bins.
  public func bins(of unit: Int) -> ArraySlice<Int32> {
    counts[unit * UnitHistogram.binCount..<(unit + 1) * UnitHistogram.binCount]
  }

  /// The fullest bin of a unit, of equally full ones the lowest, and its count.
  public func fullest(of unit: Int) -> (bin: Int, count: Int) {
    let bins = Array(bins(of: unit))
    let most = bins.max() ?? 0
    return (bins.firstIndex(of: most) ?? 0, Int(most))
  }

  /// The middle of the fullest bin of each unit: the mode of what it does.
  public var peaks: [Double] {
    (0..<grid.count).map { unit in
      low[unit] + (Double(fullest(of: unit).bin) + 0.5) * (high[unit] - low[unit]) / Double(UnitHistogram.binCount)
    }
  }
}

/// A hook that counts activations in the bins of a histogram.
final class HistogramHook: Hook {
  private(set) var histogram: UnitHistogram
  private let site: Site
  private let firstPosition: Int

  init(_ site: Site, empty histogram: UnitHistogram, from firstPosition: Int) {
    self.site = site
    self.histogram = histogram
    self.firstPosition = firstPosition
  }

  func places(ofLayer layer: Int) -> Set<Place> { [.site(site)] }

  func visit(_ visit: Visit) {
    let first = visit.layer * histogram.grid.width
    for row in 0..<visit.values.rows where visit.rows.positions[row] >= firstPosition {
      for unit in 0..<visit.values.columns { histogram.add(visit.values[row, unit], of: first + unit) }
    }
  }
}

extension StudyGround {
  /// The histogram of every unit of a site over rows, on the ranges that statistics of the same rows gave.
  ///
  /// Cost: a pass over all rows.
  public func histogram(_ site: Site, of rows: [StudyRow], ranges: UnitStatistics) throws -> UnitHistogram {
    let empty = UnitHistogram(ranges.grid, low: ranges.values(.min), high: ranges.values(.max))
    let parts = RowParts(rows, atMost: 16, tokens: StudyCost.pieceTokens(shape))
    let pieces = try stages.evaluate(
      "counting bins", costs: parts.costs(shape), sizes: parts.ranges.map { _ in empty.counts.count }
    ) { part in
      let hook = HistogramHook(site, empty: empty, from: firstCounted)
      withPass { $0.run(rows[parts.ranges[part]], hook: hook) }
      return hook.histogram.counts.map(Double.init)
    }
    var histogram = empty
    for part in 0..<pieces.count { histogram.join(try pieces[part]) }
    return histogram
  }

  /// The activations of a site at every position of one row, `[layer][position · width + unit]`, in this process.
  public func activations(_ site: Site, of row: StudyRow) throws -> [[Float]] {
    let grid = try grid(site)
    let hook = RecordingHook([site], layerCount: grid.layerCount)
    withPass { $0.run([row], hook: hook) }
    return hook.recorded[site] ?? []
  }
}

/// A hook that keeps all that it is shown at some sites.
final class RecordingHook: Hook {
  private(set) var recorded: [Site: [[Float]]]
  private let sites: [Site]

  init(_ sites: [Site], layerCount: Int) {
    self.sites = sites
    recorded = Dictionary(uniqueKeysWithValues: sites.map { ($0, Array(repeating: [], count: layerCount)) })
  }

  func places(ofLayer layer: Int) -> Set<Place> { Set(sites.map(Place.site)) }

  func visit(_ visit: Visit) {
    guard case .site(let site) = visit.place else { return }
    for row in 0..<visit.values.rows {
      for unit in 0..<visit.values.columns {
        recorded[site]?[visit.layer].append(visit.values[row, unit])
      }
    }
  }
}
