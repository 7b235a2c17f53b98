import Perturbations

/// A results file as a table of text: a row for each mutation and input. Its columns are relied on by others.
public struct ResultsTable {
  /// Names and meanings of the columns, in their order; those of components and pairs stand behind them where there are
  /// some.
  public static var columns: [(name: String, meaning: String)] {
    (TableColumn.ofMutations + TableColumn.ofVerdicts + TableColumn.ofComponents + TableColumn.ofPairs).map {
      ($0.name, $0.meaning)
    }
  }

  /// Stored bytes that are read at a time, about.
  private static let slabBytes = 8 << 20

  private let encoder: RowEncoder
  private let onlyNonSilent: Bool
  private let summary: ResultsFile.Summary
  private let common: TableColumn.Common
  private let ofMutations = TableColumn.ofMutations
  private let ofVerdicts: [TableColumn]

  /// Reads what rows have in common.
  public init(of file: borrowing ResultsFile, format: TextFormat, onlyNonSilent: Bool) throws {
    let recording = file.summary.recording
    ofVerdicts =
      TableColumn.ofVerdicts + (recording.components ? TableColumn.ofComponents : [])
      + (recording.pairs ? TableColumn.ofPairs : [])
    let encoder = RowEncoder(format: format, names: (ofMutations + ofVerdicts).map(\.name))
    self.encoder = encoder
    self.onlyNonSilent = onlyNonSilent
    summary = file.summary
    var common = TableColumn.Common(
      ids: summary.ids.map { encoder.encoded($0) }, tasks: summary.tasks.map { encoder.encoded($0) },
      baselineTexts: try file.baselines().map { encoder.encoded($0.text) },
      tokenTexts: try file.texts() ?? TokenTexts([[UInt8]]()))
    if let pairs = try file.pairs() { common.pairs = (pairs, try file.mutations(0..<pairs.singleCount)) }
    self.common = common
  }

  /// What stands before the first row.
  public var header: [UInt8] { encoder.header }

  /// Gives all rows to `body`, some thousands at a time.
  public func forEachSlab(of file: borrowing ResultsFile, _ body: ([UInt8]) throws -> Void) throws {
    let rowBytes = 32 + summary.inputCount * (16 + (summary.recording.text ? 4 * summary.stepCount : 0))
    let rowCount = max(1, ResultsTable.slabBytes / rowBytes)
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: summary.mutationCount, by: rowCount) {
      bytes.removeAll(keepingCapacity: true)
      try append(start..<min(start + rowCount, summary.mutationCount), of: file, to: &bytes)
      try body(bytes)
    }
  }

  // MARK: Rows

  private func append(_ rows: Range<Int>, of file: borrowing ResultsFile, to bytes: inout [UInt8]) throws {
    // A damaged file may name any place; a pair has those of its mutations.
    _ = try file.mutationList(rows.clamped(to: 0..<summary.pairRows.lowerBound))
    let table = try file.phenotypes(rows) { $0.axes == [.input] || $0.content == .tokens }
    let slab = TableColumn.Slab(
      mutations: try file.mutations(rows), table: table, first: rows.lowerBound, common: common)
    let ofMutation = ofMutations.map { $0.values(slab) }
    let ofVerdict = ofVerdicts.map { $0.values(slab) }
    var start: [UInt8] = []
    for row in 0..<rows.count {
      start.removeAll(keepingCapacity: true)
      for input in 0..<summary.inputCount {
        if onlyNonSilent, slab.isSilent(row, input) { continue }
        if start.isEmpty {
          for (column, value) in ofMutation.enumerated() {
            encoder.append(value(row, input), column: column, to: &start)
          }
        }
        bytes += start
        for (column, value) in ofVerdict.enumerated() {
          encoder.append(value(row, input), column: ofMutation.count + column, to: &bytes)
        }
        encoder.end(&bytes)
      }
    }
  }
}
