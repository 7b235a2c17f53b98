import Foundation
import Mutagenesis
import Transformer

/// Row and column blocks that hold more non-silent verdicts than they should.
///
/// Three expectations, because each explains something away. Chance: the block's regions are any regions of the matrix.
/// Margins: the verdicts of every block of the other axis are dealt out at random along it, which keeps that axis' stripes.
/// Arithmetic: a constant region adds c · Σ x_J to all its rows, so column blocks whose inputs have a large sum are sensitive
/// for that alone; a block has to stand out of the line that the others follow. A finding holds against all three.
public struct Enrichment: Sendable {
  /// One row block or column block.
  public struct Block: Sendable {
    /// Non-silent verdicts and all; only of regions that were screened by every kind of the pool.
    public let verdicts: Proportion
    /// Share of the block over that of the matrix.
    public let excess: Double
    /// Deviations above chance.
    public let chanceScore: Double
    public let chanceProbability: Double
    /// Deviations above the margins' expectation.
    public let marginScore: Double
    public let marginProbability: Double
    /// Deviations above the arithmetic expectation: a studentized residual.
    public let residual: Double
    public let residualProbability: Double

    /// The largest of the three.
    public var probability: Double {
      let all = [chanceProbability, marginProbability, residualProbability]
      return all.contains(where: \.isNaN) ? .nan : all.max() ?? .nan
    }
  }

  public enum Axis: Int, CaseIterable, Sendable { case row, column }

  /// One matrix of one layer in one pool of kinds.
  public struct Entry: Sendable {
    public let layer: Int
    public let matrix: WeightMatrix
    /// nil: all kinds together.
    public let kind: Kind?
    /// By axis.
    public let blocks: [[Block]]
    /// Of `blocks`, over the whole screen.
    public fileprivate(set) var adjusted: [[Double]] = []
  }

  /// A block that is enriched.
  public struct Finding: Sendable {
    /// Place in `entries`.
    public let entry: Int
    public let axis: Axis
    public let block: Int
    public let adjusted: Double
  }

  public let pools: [Kind?]
  /// Matrix by matrix in canonical order, of each matrix the pools in order.
  public private(set) var entries: [Entry]

  /// `drive` tells what the arithmetic expectation of column blocks is made from; without it all are expected alike.
  public init(_ counts: ScreenCounts, drive: Drive? = nil) {
    let table = counts.regions
    let grid = RegionGrid(table)
    let kinds = counts.kinds
    let pools = (kinds.count > 1 ? [nil] : []) + kinds.map(Optional.some)
    self.pools = pools
    entries = MatrixCells.matrices(table, grid).flatMap { range in
      pools.map { kind in
        let cells = MatrixCells(range, kinds: kind.map { [$0] } ?? kinds, table: table, grid: grid)
        let drive = drive?.roots(layer: cells.layer, matrix: cells.matrix)
        return Entry(
          layer: cells.layer, matrix: cells.matrix, kind: kind,
          blocks: [Enrichment.blocks(cells, drive: nil), Enrichment.blocks(cells.transposed, drive: drive)])
      }
    }
    adjust()
  }

  /// The enriched blocks, the surest first.
  public var findings: [Finding] {
    entries.indices.flatMap { entry in
      Axis.allCases.flatMap { axis in
        entries[entry].adjusted[axis.rawValue].enumerated()
          .filter { $0.element <= FalseDiscoveryRate.level }
          .map { Finding(entry: entry, axis: axis, block: $0.offset, adjusted: $0.element) }
      }
    }.enumerated().sorted { ($0.element.adjusted, $0.offset) < ($1.element.adjusted, $1.offset) }.map(\.element)
  }

  // MARK: Private

  private mutating func adjust() {
    let adjusted = FalseDiscoveryRate.adjusted(entries.flatMap { $0.blocks.joined().map(\.probability) })
    var next = 0
    for entry in entries.indices {
      entries[entry].adjusted = entries[entry].blocks.map { blocks in
        defer { next += blocks.count }
        return Array(adjusted[next..<next + blocks.count])
      }
    }
  }

  /// The row blocks of `cells`; `drive` is that of each of them.
  private static func blocks(_ cells: MatrixCells, drive: [Double]?) -> [Block] {
    let rows = (0..<cells.rowBlocks).map { cells.row($0).filter { $0 >= 0 } }
    let all = rows.joined()
    let total = all.reduce(0) { $0 + Int($1) }
    let matrix = Proportion(nonSilent: total, total: all.count * cells.verdictCount)
    let chance = Chance(all)
    let margins = Margins(cells)
    let verdicts = rows.map {
      Proportion(nonSilent: $0.reduce(0) { $0 + Int($1) }, total: $0.count * cells.verdictCount)
    }
    let outliers = ArithmeticResiduals(verdicts, drive: drive)
    return rows.indices.map { row in
      let own = verdicts[row]
      guard own.total > 0, total > 0, own.total < matrix.total else { return Block(verdicts: own) }
      let chanceScore = chance.score(own.nonSilent, cells: rows[row].count)
      let margin = margins.expectation(row)
      let deviation = margin.variance.squareRoot()
      return Block(
        verdicts: own, excess: own.share / matrix.share, chanceScore: chanceScore,
        chanceProbability: Tail.normal(chanceScore),
        marginScore: deviation > 0 ? (Double(own.nonSilent) - margin.mean) / deviation : 0,
        marginProbability: margin.tail(own.nonSilent), residual: outliers.residual(row),
        residualProbability: outliers.probability(row))
    }
  }
}

extension Enrichment.Block {
  /// A block of which nothing can be said.
  fileprivate init(verdicts: Proportion) {
    self.init(
      verdicts: verdicts, excess: .nan, chanceScore: .nan, chanceProbability: .nan, marginScore: .nan,
      marginProbability: .nan, residual: .nan, residualProbability: .nan)
  }
}

/// A block's regions drawn from all regions of the matrix without replacement.
private struct Chance {
  private let count: Double
  private let mean: Double
  private let variance: Double

  init(_ cells: some Collection<Int32>) {
    count = Double(cells.count)
    let mean = cells.reduce(0.0) { $0 + Double($1) } / count
    self.mean = mean
    variance = cells.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
  }

  /// Deviations of a sum of `cells` values from its expectation.
  func score(_ sum: Int, cells: Int) -> Double {
    let drawn = Double(cells)
    let deviation = (drawn * variance * (count - drawn) / (count - 1)).squareRoot()
    return deviation > 0 ? (Double(sum) - drawn * mean) / deviation : 0
  }
}

/// What rows would hold if the values of each column were dealt to its rows at random.
private struct Margins {
  private let distributions: [PermutationSum]
  private let places: [Int]

  init(_ cells: MatrixCells) {
    let columns = (0..<cells.columnBlocks).map { column in
      (0..<cells.rowBlocks).map { cells.values[$0 * cells.columnBlocks + column] }.filter { $0 >= 0 }
    }
    // Rows with the same regions screened have the same distribution: one, where all were.
    var known: [[Bool]: Int] = [:]
    var distributions: [PermutationSum] = []
    places = (0..<cells.rowBlocks).map { row in
      let pattern = cells.row(row).map { $0 >= 0 }
      if let place = known[pattern] { return place }
      distributions.append(PermutationSum(zip(columns, pattern).filter(\.1).map(\.0)))
      known[pattern] = distributions.count - 1
      return distributions.count - 1
    }
    self.distributions = distributions
  }

  func expectation(_ row: Int) -> PermutationSum { distributions[places[row]] }
}

/// How far the log odds of blocks stand out of the line that they follow against the logarithm of the drive.
private struct ArithmeticResiduals {
  private let outliers: Outliers
  /// Of each block; nil where it has no verdicts.
  private let places: [Int?]

  init(_ blocks: [Proportion], drive: [Double]?) {
    let known =
      drive.map { drive in drive.count == blocks.count && drive.allSatisfy { $0.isFinite && $0 > 0 } } ?? false
    let screened = blocks.indices.filter { blocks[$0].total > 0 }
    var places: [Int?] = blocks.map { _ in nil }
    for (place, block) in screened.enumerated() { places[block] = place }
    self.places = places
    let values = screened.map { log((Double(blocks[$0].nonSilent) + 0.5) / (Double(blocks[$0].silent) + 0.5)) }
    outliers = Outliers(values, predictor: known ? drive.map { drive in screened.map { log(drive[$0]) } } : nil)
  }

  func residual(_ block: Int) -> Double { places[block].map { outliers.residuals[$0] } ?? .nan }
  func probability(_ block: Int) -> Double { places[block].map { outliers.probability($0) } ?? .nan }
}
