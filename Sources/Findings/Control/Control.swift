import Foundation
import Perturbations
import Statistics
import Transformer

/// Maximum and minimum against the control that has the same amount but no common direction: the kind `signed`.
///
/// A constant region adds c · Σ x_J to all of its rows. With a random sign for each row the same drive enters, and what
/// the rows have in common is gone. So what a constant does beyond its control is a matter of direction; what both do
/// alike is a matter of amount. The control has the larger extreme, so it never has less than the constant that it is
/// compared with.
public struct Control: Sendable {
  /// One matrix of one layer, one of the two kinds.
  public struct Entry: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The constant kind that is compared with `signed`: maximum or minimum.
    public let kind: Kind
    /// The magnitude of the control's value over that of the constant, at least 1; nil where they are not known.
    public let amount: Double?
    /// The comparison over all regions of the matrix; the first kind is the constant, the second its control.
    public let whole: RegionContrast
    /// The two-sided p value of the paired t test over row blocks.
    public let rowProbability: Double
    /// The two-sided p value of the paired t test over column blocks.
    public let columnProbability: Double
    /// The comparison in each block, `[axis][block]`.
    public let blocks: [[RegionContrast]]
    /// The largest of the p values over regions, row blocks and column blocks.
    public let probability: Double
    /// The smallest false discovery rate at which the matrix is a finding, over all matrices and kinds.
    public fileprivate(set) var adjusted = Double.nan
    /// The smallest false discovery rate at which each block is a finding, `[axis][block]`.
    public fileprivate(set) var adjustedBlocks: [[Double]] = []

    /// Whether the constant does more than its control.
    public var isDirected: Bool { adjusted <= FalseDiscoveryRate.level && whole.effect > 0 }
  }

  /// A block of which the constant does more than its control.
  public struct Finding: Sendable {
    /// The index of its matrix and kind in `entries`.
    public let entry: Int
    /// The block's axis: row or column blocks.
    public let axis: Enrichment.Axis
    /// The number of the block along its axis, counted from 0.
    public let block: Int
    /// The comparison over the block's regions.
    public let contrast: RegionContrast
  }

  /// Matrix by matrix in canonical order, of each maximum and minimum, where they and the control were screened.
  public private(set) var entries: [Entry]

  /// Compares every matrix that was screened by `signed` and by maximum or minimum.
  public init(_ counts: ScreenCounts) {
    let table = counts.regions
    let grid = RegionGrid(table)
    let constants = [Kind.maximum, .minimum].filter(counts.kinds.contains)
    guard counts.kinds.contains(.signed), !constants.isEmpty else {
      entries = []
      return
    }
    let values = Dictionary(
      counts.combinations.map { ([$0.layer, $0.matrix.index, Int($0.kind.code)], $0.value) }, uniquingKeysWith: { $1 })
    entries = MatrixCells.matrices(table, grid).flatMap { range in
      let signed = MatrixCells(range, kinds: [.signed], table: table, grid: grid)
      return constants.compactMap { kind -> Entry? in
        let constant = MatrixCells(range, kinds: [kind], table: table, grid: grid)
        let contrast = MatrixContrast(constant, signed)
        guard contrast.whole.regionCount > 0 else { return nil }
        func value(_ kind: Kind) -> Double {
          values[[signed.layer, signed.matrix.index, Int(kind.code)]].flatMap { $0 }.map(Double.init) ?? .nan
        }
        let amount = abs(value(.signed) / value(kind))
        return Entry(
          layer: signed.layer, matrix: signed.matrix, kind: kind, amount: amount.isFinite ? amount : nil,
          whole: contrast.whole, rowProbability: contrast.rowProbability,
          columnProbability: contrast.columnProbability, blocks: [contrast.rows, contrast.columns],
          probability: contrast.probability)
      }
    }
    let adjusted = FalseDiscoveryRate.adjusted(entries.map(\.probability))
    var blocks = FalseDiscoveryRate.adjusted(
      entries.flatMap { $0.blocks.joined().map { $0.regionCount > 0 ? $0.probability : .nan } })[...]
    for index in entries.indices {
      entries[index].adjusted = adjusted[index]
      entries[index].adjustedBlocks = entries[index].blocks.map { $0.map { _ in blocks.removeFirst() } }
    }
  }

  /// Places in `entries` of the matrices and kinds that do more than their control.
  public var directed: [Int] { entries.indices.filter { entries[$0].isDirected } }

  /// The blocks of which the constant does more than its control, the largest difference of shares first.
  public var findings: [Finding] {
    entries.indices.flatMap { entry in
      Enrichment.Axis.allCases.flatMap { axis in
        entries[entry].blocks[axis.rawValue].enumerated().filter { block, contrast in
          entries[entry].adjustedBlocks[axis.rawValue][block] <= FalseDiscoveryRate.level && contrast.effect > 0
        }.map { Finding(entry: entry, axis: axis, block: $0.offset, contrast: $0.element) }
      }
    }.enumerated().sorted {
      (-$0.element.contrast.difference, $0.offset) < (-$1.element.contrast.difference, $1.offset)
    }.map(\.element)
  }
}

extension RegionContrast {
  /// Share of the first kind less that of the second.
  public var difference: Double { first.share - second.share }
}
