import HDF5
import Mutagenesis

/// What it takes to write the same again.
extension ResultsFile {
  /// All but mutations, phenotypes and units.
  ///
  /// Whether a direction is projected the file does not say: it is taken as it is.
  public func description() throws -> ScreenDescription {
    let (prompts, texts) = (try prompts(), try baselineTexts())
    let promptTokens: [[Int32]] = try inputRows("input/prompt_tokens")
    let tokens: [[Int32]] = try inputRows("baseline/tokens")
    try check(tokens.flatMap { $0 }, "baseline/tokens")
    let margins: [[Float]] = try inputRows("baseline/margin")
    guard prompts.count == summary.inputCount, texts.count == summary.inputCount else {
      throw ArchiveError(
        "cannot read \(path): it has \(summary.inputCount) inputs, \(prompts.count) prompts and \(texts.count) baselines; "
          + "the file is damaged")
    }
    return ScreenDescription(
      inputs: prompts.indices.map { input in
        ScreenDescription.Input(
          id: summary.ids[input], task: summary.tasks[input], prompt: prompts[input],
          tokens: Array(promptTokens[input].prefix { $0 >= 0 }))
      },
      baseline: texts.indices.map { input in
        ScreenDescription.Continuation(
          tokens: Array(tokens[input].prefix { $0 >= 0 }), text: texts[input],
          margins: Array(margins[input].prefix { !$0.isNaN }))
      },
      mutationCount: summary.mutationCount, unitCount: summary.unitCount, stepCount: summary.stepCount,
      componentCount: summary.componentCount, recording: recording, drive: try drive(), vocabulary: try self.texts(),
      provenance: summary.provenance)
  }

  /// All columns of some rows.
  public func phenotypes(_ rows: Range<Int>) throws -> Phenotypes {
    var table = Phenotypes(
      mutationCount: rows.count, inputCount: summary.inputCount, stepCount: summary.stepCount,
      componentCount: summary.componentCount, recording: recording)
    table.value = try read("mutation/value", rows)
    table.firstChange = try firstChanges(rows)
    table.margin = try margins(rows)
    table.divergence = try divergences(rows) ?? []
    table.logPerplexityChange = try logPerplexityChanges(rows) ?? []
    table.tokens = try tokens(rows) ?? []
    table.direction = try directions(rows) ?? []
    return table
  }

  /// The mutations of some rows one by one; an error where a place is impossible.
  public func mutationList(_ rows: Range<Int>) throws -> [Mutation] {
    let table = try mutations(rows)
    return try table.kind.indices.map { index in
      let (row, rowCount) = (Int(table.row[index]), Int(table.rows[index]))
      let (column, columnCount) = (Int(table.column[index]), Int(table.columns[index]))
      guard row >= 0, rowCount > 0, column >= 0, columnCount > 0, table.layer[index] >= 0 else {
        throw ArchiveError(
          "cannot read \(path): mutation \(rows.lowerBound + index) has \(rowCount) rows from \(row) and \(columnCount) "
            + "columns from \(column); the file is damaged")
      }
      let region = Region(
        layer: Int(table.layer[index]), matrix: table.matrix[index], rows: row..<row + rowCount,
        columns: column..<column + columnCount)
      return Mutation(region: region, kind: table.kind[index])
    }
  }

  /// Wall seconds of each unit.
  public func unitSeconds() throws -> [Double] { try units("unit/seconds") }

  /// The rank that evaluated each unit.
  public func unitRanks() throws -> [Int32] { try units("unit/rank") }

  // MARK: Private

  private var recording: Recording {
    Recording(
      text: summary.hasTokens, divergence: summary.hasDivergence, perplexity: summary.hasPerplexity,
      direction: summary.componentCount > 0 ? .full : .none)
  }

  private func units<Element: NumericElement>(_ name: String) throws -> [Element] {
    let (values, shape): ([Element], [Int]) = try whole(name)
    guard shape == [summary.unitCount] else { throw damage(name, shape) }
    return values
  }

  /// A row for each input.
  private func inputRows<Element: NumericElement>(_ name: String) throws -> [[Element]] {
    let (values, shape): ([Element], [Int]) = try whole(name)
    guard shape.count == 2, shape[0] == summary.inputCount else { throw damage(name, shape) }
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  private func whole<Element: NumericElement>(_ name: String) throws -> ([Element], [Int]) {
    let dataset = try file.openDataset(name)
    let values: [Element] = try dataset.read()
    let shape = dataset.shape
    try dataset.close()
    return (values, shape)
  }

  private func damage(_ name: String, _ shape: [Int]) -> ArchiveError {
    ArchiveError("cannot read \(path): \(name) has the shape \(shape); the file is damaged")
  }
}
