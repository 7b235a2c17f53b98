import Archive
import Perturbations
import Statistics
import Transformer

/// What there is of mutations of matrices outside of the layers, which no analysis takes in: how many, and how many
/// verdicts are non-silent.
public struct OuterCounts: Sendable {
  /// The mutations of one kind of one matrix.
  public struct Entry: Sendable {
    /// The matrix.
    public let matrix: WeightMatrix
    /// The kind.
    public let kind: Kind
    /// The number of mutations.
    public fileprivate(set) var mutationCount = 0
    /// The number of mutations that are non-silent on at least one input.
    public fileprivate(set) var onSomeInput = 0
    /// The non-silent verdicts among all.
    public fileprivate(set) var verdicts = Proportion()
  }

  /// All that occur, by matrix and kind.
  public private(set) var entries: [Entry] = []

  /// Reads the mutations of a file that are of matrices outside of the layers.
  public init(_ file: borrowing ResultsFile) throws {
    let summary = file.summary
    let rows = max(1, OuterCounts.slabVerdicts / max(summary.inputCount, 1))
    let all = summary.outerRows
    for start in stride(from: all.lowerBound, to: all.upperBound, by: rows) {
      let slab = start..<min(start + rows, all.upperBound)
      let changes = try file.values(\.firstChange, slab)
      for (row, mutation) in try file.mutationList(slab).enumerated() {
        add(mutation, changes[row * summary.inputCount..<(row + 1) * summary.inputCount])
      }
    }
    entries.sort { ($0.matrix.index, $0.kind.code) < ($1.matrix.index, $1.kind.code) }
  }

  /// Verdicts read at a time: some megabytes.
  private static let slabVerdicts = 1 << 20

  private mutating func add(_ mutation: Mutation, _ firstChange: ArraySlice<Int16>) {
    let (matrix, kind) = (mutation.region.matrix, mutation.kind)
    let known = entries.firstIndex { $0.matrix == matrix && $0.kind == kind }
    if known == nil { entries.append(Entry(matrix: matrix, kind: kind)) }
    let place = known ?? entries.count - 1
    let changed = firstChange.count { $0 >= 0 }
    entries[place].mutationCount += 1
    entries[place].onSomeInput += changed > 0 ? 1 : 0
    entries[place].verdicts += Proportion(count: changed, total: firstChange.count)
  }
}
