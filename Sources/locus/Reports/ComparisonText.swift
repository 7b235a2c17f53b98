import Drawing
import Findings

/// What `locus compare` prints: what was compared, what was found, and severities by matrix and layer.
struct ComparisonText {
  private let comparison: Comparison

  init(_ comparison: Comparison) { self.comparison = comparison }

  var text: String {
    let parts = [SentenceList(comparison.preamble).lines, SentenceList(comparison.sentences).lines, table]
    return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var table: [String] {
    var table = TextTable([
      ("severity", .left), ("regions", .right), ("A", .right), ("B", .right), ("A less B", .right),
      ("95 % from", .right), ("to", .right),
    ])
    for row in comparison.severities {
      table.add([
        row.scope.words, Numeral.count(row.regionCount), Numeral.share(row.first), Numeral.share(row.second),
        Comparison.points(row.difference), Comparison.points(row.interval.low), Comparison.points(row.interval.high),
      ])
    }
    return table.lines
  }
}
