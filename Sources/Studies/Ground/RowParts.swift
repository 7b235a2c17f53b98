import Transformer

/// Consecutive rows that are evaluated as one piece. Which these are depends on the rows and the shape of the model
/// alone.
struct RowParts {
  let ranges: [Range<Int>]
  private let tokens: [Int]

  /// At most `limit` parts of about so many tokens each.
  init(_ rows: [StudyRow], atMost limit: Int, tokens wanted: Int) {
    let all = rows.reduce(0) { $0 + $1.count }
    let size = max(wanted, (all + max(limit, 1) - 1) / max(limit, 1))
    var (ranges, sums, start, sum) = ([Range<Int>](), [Int](), 0, 0)
    for (index, row) in rows.enumerated() {
      if sum > 0, sum + row.count > size, ranges.count + 1 < max(limit, 1) {
        ranges.append(start..<index)
        sums.append(sum)
        (start, sum) = (index, 0)
      }
      sum += row.count
    }
    if start < rows.count {
      ranges.append(start..<rows.count)
      sums.append(sum)
    }
    self.ranges = ranges
    tokens = sums
  }

  /// Operations of each part.
  func costs(_ shape: HostShape, readout: Bool = false) -> [Double] {
    tokens.map { StudyCost.pass(shape, tokens: $0, readout: readout) }
  }
}
