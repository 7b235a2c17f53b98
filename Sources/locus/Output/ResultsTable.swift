import Archive
import Perturbations
import Transformer

/// A results file as a table of text: a row for each mutation and input. Its columns are relied on by others.
struct ResultsTable {
  static let columns: [(name: String, meaning: String)] = [
    ("layer", "layer of the mutated matrix, 0 first"),
    ("matrix", "q, k, v, o, gate, up or down"),
    ("row", "first row of the region, in elements of the stored tensor"),
    ("column", "first column of the region"),
    ("rows", "rows of the region"),
    ("columns", "columns of the region"),
    ("kind", "what was done to the region, such as maximum"),
    ("value", "what the region was set to"),
    ("input", "id of the input"),
    ("task", "task of the input"),
    ("silent", "1 if the continuation equals the baseline's, else 0"),
    ("first_change", "step of the first token that differs, -1 if silent"),
    ("margin", "smallest best minus second score up to the first change"),
    ("divergence", "mean over steps of KL(baseline || mutant), nat"),
    ("log_perplexity_change", "mean over steps of log p(baseline) - log p(mutant) of the baseline's next token, nat"),
    ("choice", "letter of the choice that scores best, where the input has choices"),
    ("text", "the mutant's own continuation, if it is not silent"),
    ("baseline_text", "the baseline's continuation"),
  ]

  /// Stored bytes that are read at a time, about.
  private static let slabBytes = 8 << 20

  private let encoder: RowEncoder
  private let onlyNonSilent: Bool
  private let summary: ResultsFile.Summary
  private let vocabulary: TokenTexts
  private let ids: [[UInt8]]
  private let tasks: [[UInt8]]
  private let baselineTexts: [[UInt8]]

  /// Reads what rows have in common.
  init(of file: borrowing ResultsFile, format: TextFormat, onlyNonSilent: Bool) throws {
    let encoder = RowEncoder(format: format, names: ResultsTable.columns.map(\.name))
    self.encoder = encoder
    self.onlyNonSilent = onlyNonSilent
    summary = file.summary
    vocabulary = try file.texts() ?? TokenTexts([[UInt8]]())
    ids = summary.ids.map { encoder.encoded($0) }
    tasks = summary.tasks.map { encoder.encoded($0) }
    baselineTexts = try file.baselines().map { encoder.encoded($0.text) }
  }

  /// What stands before the first row.
  var header: [UInt8] { encoder.header }

  /// Gives all rows to `body`, some thousands at a time.
  func forEachSlab(of file: borrowing ResultsFile, _ body: ([UInt8]) throws -> Void) throws {
    let rowBytes = 32 + summary.inputCount * (16 + (summary.hasTokens ? 4 * summary.stepCount : 0))
    let rowCount = max(1, ResultsTable.slabBytes / rowBytes)
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: summary.mutationCount, by: rowCount) {
      bytes.removeAll(keepingCapacity: true)
      try append(start..<min(start + rowCount, summary.mutationCount), of: file, to: &bytes)
      try body(bytes)
    }
  }

  // MARK: Rows

  /// What is recorded of some mutations on all inputs, `[rows, input]`.
  private struct Slab {
    let firstChange: [Int16]
    let margin: [Float]
    let divergence: [Float]?
    let logPerplexityChange: [Float]?
    let choice: [UInt8]?
    /// Mutants' tokens, `[rows, input, step]`; nil where none are recorded.
    let tokens: [Int32]?
  }

  private func append(_ rows: Range<Int>, of file: borrowing ResultsFile, to bytes: inout [UInt8]) throws {
    let mutations = try file.mutations(rows)
    let slab = Slab(
      firstChange: try file.firstChanges(rows), margin: try file.margins(rows),
      divergence: try file.divergences(rows), logPerplexityChange: try file.logPerplexityChanges(rows),
      choice: try file.choices(rows), tokens: try file.tokens(rows))
    var region: [UInt8] = []
    for row in 0..<rows.count {
      region.removeAll(keepingCapacity: true)
      for input in 0..<summary.inputCount {
        let place = row * summary.inputCount + input
        if onlyNonSilent, slab.firstChange[place] < 0 { continue }
        if region.isEmpty { appendRegion(mutations, row, to: &region) }
        bytes += region
        append(slab, place: place, input: input, to: &bytes)
      }
    }
  }

  /// The first eight columns, which are the same for all inputs.
  private func appendRegion(_ mutations: ResultsFile.Mutations, _ row: Int, to bytes: inout [UInt8]) {
    let values: [RowEncoder.Value] = [
      .integer(Int(mutations.layer[row])), .text(mutations.matrix[row].rawValue), .integer(Int(mutations.row[row])),
      .integer(Int(mutations.column[row])), .integer(Int(mutations.rows[row])), .integer(Int(mutations.columns[row])),
      .text(mutations.kind[row].rawValue), .number(mutations.value[row]),
    ]
    for (column, value) in values.enumerated() { encoder.append(value, column: column, to: &bytes) }
  }

  /// The other columns.
  private func append(_ slab: Slab, place: Int, input: Int, to bytes: inout [UInt8]) {
    func append(_ value: RowEncoder.Value, _ column: Int) { encoder.append(value, column: column, to: &bytes) }
    let isSilent = slab.firstChange[place] < 0
    append(.encoded(ids[input]), 8)
    append(.encoded(tasks[input]), 9)
    append(.integer(isSilent ? 1 : 0), 10)
    append(.integer(Int(slab.firstChange[place])), 11)
    append(.number(slab.margin[place]), 12)
    append(slab.divergence.map { .number($0[place]) } ?? .nothing, 13)
    append(slab.logPerplexityChange.map { .number($0[place]) } ?? .nothing, 14)
    append(letter(slab.choice?[place]), 15)
    append(isSilent ? .nothing : text(slab.tokens, place: place), 16)
    append(.encoded(baselineTexts[input]), 17)
    encoder.end(&bytes)
  }

  private func letter(_ choice: UInt8?) -> RowEncoder.Value {
    guard let choice, choice != LetterChoice.none else { return .nothing }
    return .text(LetterChoice.letter(of: Int(choice)))
  }

  private func text(_ tokens: [Int32]?, place: Int) -> RowEncoder.Value {
    guard let tokens else { return .nothing }
    return .text(vocabulary.text(of: tokens[place * summary.stepCount..<(place + 1) * summary.stepCount]))
  }
}
