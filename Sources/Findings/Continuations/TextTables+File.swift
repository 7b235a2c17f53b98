import Archive
import MessagePassing

extension TextTables {
  /// Reads a results file from its first mutation to its last, a slab of rows at a time; nil if it has no
  /// continuations.
  public static func read(_ file: borrowing ResultsFile, texts: ScreenTexts) throws -> TextTables? {
    guard let shared = try SharedContinuations.read(file, Sharing(nil)) else { return nil }
    return try read(file, texts: texts, continuations: shared.continuations)
  }

  /// Reads all but the continuations.
  static func read(
    _ file: borrowing ResultsFile, texts: ScreenTexts, continuations: Continuations
  ) throws -> TextTables {
    var tables = TextTables(texts, continuations)
    for range in slabs(of: 0..<file.summary.layeredCount, file.summary) {
      let verdicts = VerdictSlab(
        mutations: try file.mutationList(range), inputCount: file.summary.inputCount,
        firstChange: try file.values(\.firstChange, range), divergence: try file.recordedValues(\.divergence, range))
      tables.add(
        Slab(
          verdicts: verdicts, tokens: nil, logPerplexityChange: try file.recordedValues(\.logPerplexityChange, range),
          choices: try file.recordedValues(\.choice, range)))
    }
    return tables
  }

  /// Rows that are read together.
  fileprivate static func slabs(of rows: Range<Int>, _ summary: ResultsFile.Summary) -> [Range<Int>] {
    let count = max(1, slabTokens / max(summary.inputCount * summary.stepCount, 1))
    return stride(from: rows.lowerBound, to: rows.upperBound, by: count).map {
      $0..<min($0 + count, rows.upperBound)
    }
  }

  /// Tokens read at a time: 32 MB.
  private static let slabTokens = 1 << 23
}

extension SharedContinuations {
  /// Reads the continuations of a results file, each rank those of a run of mutations; nil if it has none. Collective.
  static func read(_ file: borrowing ResultsFile, _ sharing: Sharing) throws -> SharedContinuations? {
    let summary = file.summary
    guard summary.recording.text, summary.inputCount > 0 else { return nil }
    let own = Result {
      let rows = sharing.ownRange(of: summary.layeredCount)
      var continuations = Continuations(
        inputCount: summary.inputCount, stepCount: summary.stepCount,
        mutationCount: sharing.isFirst ? summary.layeredCount : rows.count)
      for range in TextTables.slabs(of: rows, summary) {
        continuations.add(
          firstChange: try file.values(\.firstChange, range), tokens: try file.recordedValues(\.tokens, range) ?? [])
      }
      return continuations
    }
    return try SharedContinuations(sharing.agree { try own.get() }, sharing)
  }
}
