import Perturbations
import Statistics
import Transformer

/// Whether writers share rows or columns of regions, within a matrix and across matrices.
///
/// Only regions that could be writers count, those with a mutation that is non-silent on enough plain inputs: a block
/// that is merely sensitive has more of these, and for that alone more writers. Within a matrix, the writers of every
/// block of the other axis are permuted among its regions, which keeps the other axis' stripes; the count of a block is
/// then a sum of independent events, and its probability exact. Across matrices, blocks with the same elements are the
/// same dimensions of the residual stream: as rows where o and down write it, as columns where q, k, v, gate and up
/// read it. The count is that of matrices with a writer in the block.
public struct WriterTests: Sendable {
  /// Blocks of rows or of columns of a matrix.
  public enum Axis: Int, CaseIterable, Sendable { case row, column }

  /// First element and number of elements of a block along its axis.
  public struct Block: Hashable, Comparable, Sendable {
    /// The block's first element along its axis.
    public let start: Int
    /// The number of elements of the block.
    public let size: Int

    public static func < (left: Block, right: Block) -> Bool { (left.start, left.size) < (right.start, right.size) }
  }

  /// The test of one block.
  public struct Entry: Sendable {
    /// The matrix that the block is in; nil: a block of the residual stream, across matrices.
    public let matrix: (layer: Int, matrix: WeightMatrix)?
    /// The block's axis.
    public let axis: Axis
    /// The block's elements.
    public let block: Block
    /// Regions that could be writers, or matrices that could have one in the block.
    public let candidates: Int
    /// Writers in the block, or matrices that have a writer in it.
    public let observed: Int
    /// The number that is expected under the null.
    public let expected: Double
    /// The probability of at least as many under the null.
    public let probability: Double
    /// Smallest false discovery rate of a finding, over both genres.
    public fileprivate(set) var adjusted = Double.nan
  }

  /// Blocks of matrices with a writer: by matrix, axis and block.
  public private(set) var within: [Entry] = []
  /// Blocks of the residual stream that matrices with a writer have: by axis and block.
  public private(set) var across: [Entry] = []

  /// `isWriter` says it of each mutation; nil where it could not be one.
  init(_ mutations: MutationColumns, isWriter: [Bool?]) {
    var shared: [[Block: [(probability: Double, isMarked: Bool)]]] = Axis.allCases.map { _ in [:] }
    for range in mutations.matrices {
      let cells = WriterTests.cells(range, mutations, isWriter)
      guard cells.contains(where: \.isMarked) else { continue }
      let first = mutations[range.lowerBound].region
      for axis in Axis.allCases {
        for (block, events) in WriterTests.events(cells, along: axis) {
          let count = PoissonBinomial(events.map(\.probability))
          let observed = events.count { $0.isMarked }
          within.append(
            Entry(
              matrix: (first.layer, first.matrix), axis: axis, block: block, candidates: events.count,
              observed: observed, expected: count.mean, probability: count.tail(observed)))
          if axis == first.matrix.residualAxis {
            shared[axis.rawValue][block, default: []].append((count.tail(1), observed > 0))
          }
        }
      }
    }
    for axis in Axis.allCases {
      for (block, events) in shared[axis.rawValue].sorted(by: { $0.key < $1.key }) {
        let count = PoissonBinomial(events.map(\.probability))
        let observed = events.count { $0.isMarked }
        across.append(
          Entry(
            matrix: nil, axis: axis, block: block, candidates: events.count, observed: observed, expected: count.mean,
            probability: count.tail(observed)))
      }
    }
  }

  /// The blocks that hold more writers than they should, those of matrices first.
  public var findings: [Entry] { (within + across).filter { $0.adjusted <= FalseDiscoveryRate.level } }

  /// The same tests with the false discovery rate of all of them together, but those within and across matrices apart.
  static func adjusted(_ tests: [WriterTests]) -> [WriterTests] {
    var tests = tests
    for path in [\WriterTests.within, \WriterTests.across] {
      let adjusted = FalseDiscoveryRate.adjusted(tests.flatMap { $0[keyPath: path].map(\.probability) })
      var next = 0
      for test in tests.indices {
        for entry in tests[test][keyPath: path].indices {
          tests[test][keyPath: path][entry].adjusted = adjusted[next]
          next += 1
        }
      }
    }
    return tests
  }

  // MARK: Private

  /// A region that could be a writer.
  private struct Cell {
    let row: Block
    let column: Block
    var isMarked: Bool
  }

  /// The regions of a matrix that could be writers; a region is one if any of its mutations is.
  private static func cells(_ range: Range<Int>, _ mutations: MutationColumns, _ isWriter: [Bool?]) -> [Cell] {
    var cells: [Cell] = []
    for index in range {
      guard let isMarked = isWriter[index] else { continue }
      let region = mutations[index].region
      let (row, column) = (Block(region.rows), Block(region.columns))
      if let last = cells.last, last.row == row, last.column == column {
        cells[cells.count - 1].isMarked = last.isMarked || isMarked
      } else {
        cells.append(Cell(row: row, column: column, isMarked: isMarked))
      }
    }
    return cells
  }

  /// The regions of each block along an axis: for each the share of writers among the regions of its block of the other
  /// axis, and whether it is a writer.
  private static func events(
    _ cells: [Cell], along axis: Axis
  ) -> [(Block, [(probability: Double, isMarked: Bool)])] {
    var counts: [Block: (marked: Int, all: Int)] = [:]
    for cell in cells {
      let other = axis == .row ? cell.column : cell.row
      counts[other, default: (0, 0)].marked += cell.isMarked ? 1 : 0
      counts[other, default: (0, 0)].all += 1
    }
    var events: [Block: [(probability: Double, isMarked: Bool)]] = [:]
    for cell in cells {
      let (own, other) = axis == .row ? (cell.row, cell.column) : (cell.column, cell.row)
      let count = counts[other] ?? (0, 1)
      events[own, default: []].append((Double(count.marked) / Double(count.all), cell.isMarked))
    }
    return events.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension WriterTests.Block {
  fileprivate init(_ extent: Range<Int>) { self.init(start: extent.lowerBound, size: extent.count) }
}

extension WeightMatrix {
  /// The axis along which the matrix meets the residual stream.
  fileprivate var residualAxis: WriterTests.Axis {
    switch self {
    case .o, .down: .row
    case .q, .k, .v, .gate, .up, .embedding, .head: .column
    }
  }
}
