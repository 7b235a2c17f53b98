import Archive
import Mutagenesis

extension ScreenCounts {
  /// Counts a results file from its first mutation to its last, a slab of rows at a time.
  public static func read(_ file: borrowing ResultsFile) throws -> ScreenCounts {
    let summary = file.summary
    var counts = ScreenCounts(taskOfInput: summary.tasks, source: file.path)
    let rows = max(1, slabVerdicts / max(summary.inputCount, 1))
    for start in stride(from: 0, to: summary.mutationCount, by: rows) {
      try counts.add(slab(start..<min(start + rows, summary.mutationCount), of: file))
    }
    return counts
  }

  /// Verdicts read at a time: some megabytes.
  private static let slabVerdicts = 1 << 20

  private static func slab(_ rows: Range<Int>, of file: borrowing ResultsFile) throws -> VerdictSlab {
    let table = try file.mutations(rows)
    let path = file.path
    let mutations = try rows.indices.map { index in
      let place = index - rows.lowerBound
      let (row, rowCount) = (Int(table.row[place]), Int(table.rows[place]))
      let (column, columnCount) = (Int(table.column[place]), Int(table.columns[place]))
      guard row >= 0, rowCount > 0, column >= 0, columnCount > 0, table.layer[place] >= 0 else {
        throw FindingsError(
          "cannot analyze \(path): mutation \(index) has \(rowCount) rows from \(row) and \(columnCount) columns from "
            + "\(column); the file is damaged")
      }
      let region = Region(
        layer: Int(table.layer[place]), matrix: table.matrix[place], rows: row..<row + rowCount,
        columns: column..<column + columnCount)
      return Mutation(region: region, kind: table.kind[place])
    }
    return VerdictSlab(
      mutations: mutations, inputCount: file.summary.inputCount, firstChange: try file.firstChanges(rows),
      divergence: try file.divergences(rows))
  }
}
