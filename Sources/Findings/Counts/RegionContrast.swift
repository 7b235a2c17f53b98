import Statistics

/// Two kinds of mutation compared region by region on one matrix: each region is its own control.
///
/// A region counts for the kind that is non-silent on more inputs. Regions of a row block and of a column block are no
/// independent pairs, because they add to the same outputs and read the same inputs; so the difference is also tested
/// over row blocks and over column blocks, as units of a paired t test.
public struct RegionContrast: Sendable {
  /// Regions that are non-silent on more inputs by the first kind.
  public private(set) var moreByFirst = 0
  /// Regions that are non-silent on more inputs by the second kind.
  public private(set) var moreBySecond = 0
  /// Regions that are non-silent on as many inputs by both.
  public private(set) var equal = 0
  /// The non-silent verdicts by the first kind among all, on regions that were screened by both kinds.
  public private(set) var first = Proportion()
  /// The non-silent verdicts by the second kind among all, on the same regions.
  public private(set) var second = Proportion()

  /// Regions that were screened by both kinds.
  public var regionCount: Int { moreByFirst + moreBySecond + equal }

  /// (more by the first − more by the second) over their sum: −1 all the second, 1 all the first.
  public var effect: Double {
    moreByFirst + moreBySecond > 0 ? Double(moreByFirst - moreBySecond) / Double(moreByFirst + moreBySecond) : 0
  }

  /// The exact two-sided p value of McNemar's test over regions.
  public var probability: Double { TailProbability.evenSplit(moreByFirst, moreBySecond) }

  mutating func add(first: Int32, second: Int32, verdictCount: Int) {
    moreByFirst += first > second ? 1 : 0
    moreBySecond += first < second ? 1 : 0
    equal += first == second ? 1 : 0
    self.first = self.first + Proportion(count: Int(first), total: verdictCount)
    self.second = self.second + Proportion(count: Int(second), total: verdictCount)
  }
}

/// A contrast of a whole matrix and of its blocks.
struct MatrixContrast {
  private(set) var whole = RegionContrast()
  private(set) var rows: [RegionContrast]
  private(set) var columns: [RegionContrast]
  /// Two-sided, of the paired t test over row blocks and over column blocks.
  let rowProbability: Double
  let columnProbability: Double

  /// Compares two kinds on one and the same matrix.
  init(_ first: MatrixCells, _ second: MatrixCells) {
    rows = Array(repeating: RegionContrast(), count: first.rowBlocks)
    columns = Array(repeating: RegionContrast(), count: first.columnBlocks)
    var differences = (rows: rows.map { _ in 0.0 }, columns: columns.map { _ in 0.0 })
    for (index, pair) in zip(first.values, second.values).enumerated() where pair.0 >= 0 && pair.1 >= 0 {
      let (row, column) = index.quotientAndRemainder(dividingBy: first.columnBlocks)
      let count = first.verdictCount
      whole.add(first: pair.0, second: pair.1, verdictCount: count)
      rows[row].add(first: pair.0, second: pair.1, verdictCount: count)
      columns[column].add(first: pair.0, second: pair.1, verdictCount: count)
      differences.rows[row] += Double(pair.0 - pair.1)
      differences.columns[column] += Double(pair.0 - pair.1)
    }
    func probability(_ differences: [Double], _ blocks: [RegionContrast]) -> Double {
      MatrixContrast.pairedProbability(zip(differences, blocks).filter { $0.1.regionCount > 0 }.map(\.0))
    }
    rowProbability = probability(differences.rows, rows)
    columnProbability = probability(differences.columns, columns)
  }

  /// The largest of those over regions, rows and columns.
  var probability: Double {
    let all = [whole.probability, rowProbability, columnProbability]
    return all.contains(where: \.isNaN) ? .nan : all.max() ?? .nan
  }

  /// Two-sided, of a mean difference of zero; 1 where nothing differs, not a number with fewer than two differences.
  private static func pairedProbability(_ differences: [Double]) -> Double {
    guard differences.count > 1 else { return .nan }
    guard differences.contains(where: { $0 != 0 }) else { return 1 }
    let mean = differences.mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(differences.count - 1) / Double(differences.count)).squareRoot()
    return 2 * TailProbability.student(abs(mean) / deviation, degrees: differences.count - 1)
  }
}
