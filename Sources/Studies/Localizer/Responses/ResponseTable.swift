import Basics
import Configuration
import Foundation
import LinearAlgebra

/// A table of responses to stimuli, such as voxels to sentences: comma-separated values with the columns stimulus,
/// group, and a column of numbers for each response.
struct ResponseTable: Equatable, Sendable {
  /// The file, for refusals.
  let path: String
  /// The names of the responses.
  let names: [String]
  /// The stimulus of each row.
  let stimuli: [String]
  /// The line of each row.
  let lines: [Int]
  /// The group of each row as it is written.
  let groups: [String]
  /// The responses, `[row, response]`.
  let values: DoubleMatrix

  private static let byteLimit = 1 << 30

  /// Reads a table. Throws a `TextFileError` that names the line of what is missing, no number, or never moves.
  init(path: String) throws {
    var rows = try CSVFile.rows(path: path, limit: Self.byteLimit).filter { $0.fields != [""] }
    guard !rows.isEmpty else {
      throw TextFileError.input(path, "the table is empty; write a header 'stimulus,group,response' and a row each")
    }
    let header = rows.removeFirst()
    try ResponseTable.check(header, path)
    self.path = path
    names = Array(header.fields.dropFirst(2))
    guard !rows.isEmpty else {
      throw TextFileError.input(path, line: header.line, "there is no row below the header; write one a stimulus")
    }
    let numbers = try rows.map { try ResponseTable.numbers($0, header.fields, path) }
    stimuli = rows.map { $0.fields[0] }
    lines = rows.map(\.line)
    groups = rows.map { $0.fields[1] }
    values = DoubleMatrix(rows: rows.count, columns: header.fields.count - 2, values: numbers.flatMap { $0 })
    try checkStimuli()
    try checkColumns(header.line)
  }

  // MARK: Checks

  private static func check(_ header: CSVFile.Row, _ path: String) throws {
    func refusal(_ problem: String) -> TextFileError { .input(path, line: header.line, problem) }
    guard header.fields.count >= 3 else {
      throw refusal(
        "the header has \(header.fields.count) columns; write the stimulus, its group, and a column for each response")
    }
    for (place, name) in header.fields.enumerated() where place >= 2 {
      guard !name.isEmpty else { throw refusal("column \(place + 1) has no name; give each response a name") }
      guard !header.fields[2..<place].contains(name) else {
        throw refusal("two columns are named \(name.quoted); give each response its own name")
      }
      guard name.number == nil else {
        throw refusal("the column \(name.quoted) is named by a number; begin with a header 'stimulus,group,response'")
      }
    }
  }

  /// The numbers of a row.
  private static func numbers(_ row: CSVFile.Row, _ header: [String], _ path: String) throws -> [Double] {
    func refusal(_ problem: String) -> TextFileError { .input(path, line: row.line, problem) }
    guard row.fields.count == header.count else {
      throw refusal("the row has \(row.fields.count) cells and the header \(header.count); write one for each column")
    }
    return try zip(header, row.fields).enumerated().compactMap { place, cell in
      let (name, text) = (cell.0, cell.1.trimmingCharacters(in: .whitespaces))
      guard !text.isEmpty else {
        throw refusal("the cell of \(name.quoted) is missing; write a value, or leave the row out")
      }
      guard place >= 2 else { return nil }
      guard let number = text.number else {
        throw refusal("\(text.quoted) in \(name.quoted) is no number; write a value, or leave the row out")
      }
      return number
    }
  }

  private func checkStimuli() throws {
    var first: [String: Int] = [:]
    for (stimulus, line) in zip(stimuli, lines) {
      if let before = first.updateValue(line, forKey: stimulus) {
        throw TextFileError.input(
          path, line: line,
          "the stimulus \(stimulus.quoted) is that of line \(before) too; write one row a stimulus, such as the mean")
      }
    }
  }

  private func checkColumns(_ line: Int) throws {
    for (column, name) in names.enumerated() {
      let own = values[column: column]
      guard own.contains(where: { $0 != own[0] }) else {
        throw TextFileError.input(
          path, line: line,
          "the response \(name.quoted) is the same in every row, so that nothing can predict it; leave the column out")
      }
    }
  }

  // MARK: Folds

  /// The number of each row's fold: its group, or whole groups dealt to so many folds in their order.
  ///
  /// Throws where there are fewer rows or groups than folds, or nothing is left to learn from.
  func folds(_ count: Int?) throws -> [Int] {
    var numbers: [String: Int] = [:]
    for group in groups where numbers[group] == nil { numbers[group] = numbers.count }
    let wanted = count ?? numbers.count
    func refusal(_ problem: String) -> TextFileError { .input(path, problem) }
    guard groups.count >= wanted else {
      throw refusal("the table has \(groups.count) rows and \(wanted) folds are asked for; ask for fewer")
    }
    guard numbers.count >= wanted else {
      throw refusal("the table has \(numbers.count) groups and \(wanted) folds are asked for; ask for fewer")
    }
    guard wanted >= 2 else {
      throw refusal("all rows are of one group; each group is predicted by the others, so name at least two")
    }
    let folds = groups.map { (numbers[$0] ?? 0) * wanted / numbers.count }
    for fold in 0..<wanted where groups.count - folds.count(where: { $0 == fold }) < 3 {
      throw refusal("outside one of the folds there are fewer than 3 rows to learn from; add rows")
    }
    return folds
  }
}
