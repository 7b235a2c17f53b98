import Archive

extension ScreenCounts {
  /// Counts the mutations of a results file that are of layers and alone, which come first, a slab of rows at a time.
  public static func read(_ file: borrowing ResultsFile) throws -> ScreenCounts {
    let summary = file.summary
    var counts = ScreenCounts(taskOfInput: summary.tasks, source: file.path)
    counts.shapes = summary.shapes
    let rows = max(1, slabVerdicts / max(summary.inputCount, 1))
    for start in stride(from: 0, to: summary.layeredCount, by: rows) {
      try counts.add(slab(start..<min(start + rows, summary.layeredCount), of: file))
    }
    return counts
  }

  /// Verdicts read at a time: some megabytes.
  private static let slabVerdicts = 1 << 20

  private static func slab(_ rows: Range<Int>, of file: borrowing ResultsFile) throws -> VerdictSlab {
    return VerdictSlab(
      mutations: try file.mutationList(rows), inputCount: file.summary.inputCount,
      firstChange: try file.values(\.firstChange, rows),
      divergence: try file.recordedValues(\.divergence, rows), values: try file.values(\.value, rows))
  }
}
