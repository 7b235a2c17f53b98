import Archive

extension TextTables {
  /// Reads a results file from its first mutation to its last, a slab of rows at a time; nil if it has no continuations.
  public static func read(_ file: borrowing ResultsFile, texts: ScreenTexts) throws -> TextTables? {
    let summary = file.summary
    guard summary.hasTokens, summary.inputCount > 0 else { return nil }
    var tables = TextTables(texts, stepCount: summary.stepCount, mutationCount: summary.mutationCount)
    let rows = max(1, slabTokens / max(summary.inputCount * summary.stepCount, 1))
    for start in stride(from: 0, to: summary.mutationCount, by: rows) {
      let range = start..<min(start + rows, summary.mutationCount)
      let verdicts = VerdictSlab(
        mutations: try file.mutationList(range), inputCount: summary.inputCount,
        firstChange: try file.firstChanges(range), divergence: try file.divergences(range))
      tables.add(
        Slab(
          verdicts: verdicts, tokens: try file.tokens(range) ?? [],
          logPerplexityChange: try file.logPerplexityChanges(range), choices: try file.choices(range)))
    }
    return tables
  }

  /// Tokens read at a time: 32 MB.
  private static let slabTokens = 1 << 23
}
