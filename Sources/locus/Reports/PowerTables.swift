import Basics
import Findings
import Foundation

/// What is found of what was planted, in tables for the terminal.
struct PowerTables {
  private let power: PowerCalibration

  init(_ power: PowerCalibration) { self.power = power }

  /// The lines of each table.
  var blocks: [[String]] {
    var titles: [String] = []
    for line in power.lines where !titles.contains(line.place.table) { titles.append(line.place.table) }
    return titles.map { title in table(title, power.lines.filter { $0.place.table == title }) }
  }

  private func table(_ title: String, _ lines: [PowerCalibration.Line]) -> [String] {
    var answers: [String] = []
    var rows: [String] = []
    var columns: [String] = []
    for line in lines {
      if !answers.contains(line.answer) { answers.append(line.answer) }
      if !rows.contains(line.place.row) { rows.append(line.place.row) }
      if !columns.contains(line.place.column) { columns.append(line.place.column) }
    }
    var table = TextTable(
      [("answer", .left), (lines.first?.place.rows ?? "", .right)] + columns.map { ($0, .right) })
    for answer in answers {
      for row in rows {
        let own = lines.filter { $0.answer == answer && $0.place.row == row }
        table.add([answer, row] + columns.map { column in cell(own.first { $0.place.column == column }) })
      }
    }
    return [
      "\(title); \(power.seedCount.grouped) seeds",
      "  found in % of what was planted / false in % of all that was found",
    ] + table.lines
  }

  /// Says in how many seeds there was room, if not in all.
  private func cell(_ line: PowerCalibration.Line?) -> String {
    guard let line, line.planted > 0 else { return "–" }
    let seeds = line.seeds < power.seedCount ? " (\(line.seeds.grouped))" : ""
    let found = String(format: "%.0f / ", 100 * line.power)
    guard line.found + line.falseFindings > 0 else { return found + "–" + seeds }
    return found + (line.falseFindings > 0 ? String(format: "%.1f", 100 * line.falseShare) : "0") + seeds
  }
}
