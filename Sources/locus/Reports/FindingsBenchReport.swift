import Basics
import Findings
import Foundation

/// The figures of the findings' bench.
struct FindingsBenchReport: BenchReport {
  struct Null: Encodable {
    struct Line: Encodable {
      let family: String
      let isKept: Bool
      let tests: Double
      /// Findings in the file as it is.
      let findingsInFile: Int
      let seedsWithFindings: Int
      let findings: Int
    }

    let null: CalibrationNull
    let seeds: Int
    let families: [Line]
    let seedsWithFalseFindings: Int
  }

  struct Planted: Encodable {
    let table: String
    let row: String
    let column: String
    let answer: String
    let seeds: Int
    let planted: Int
    let found: Int
    let falseFindings: Int
  }

  let file: String
  let nulls: [Null]
  let planted: [Planted]
  private let power: PowerCalibration?

  private enum CodingKeys: CodingKey {
    case file, nulls, planted
  }

  init(file: String, families: [FindingFamily], nulls: [NullCalibration], power: PowerCalibration?) {
    self.file = file
    self.nulls = nulls.map { null in
      Null(
        null: null.null, seeds: null.seedCount,
        families: null.lines.map { line in
          .init(
            family: line.name.rawValue, isKept: line.isKept, tests: line.tests,
            findingsInFile: families.first { $0.name == line.name }?.findings ?? 0,
            seedsWithFindings: line.seedsWithFindings, findings: line.findings)
        }, seedsWithFalseFindings: null.seedsWithFalseFindings)
    }
    self.power = power
    planted = (power?.lines ?? []).map { line in
      Planted(
        table: line.place.table, row: line.place.row, column: line.place.column, answer: line.answer,
        seeds: line.seeds, planted: line.planted, found: line.found, falseFindings: line.falseFindings)
    }
  }

  var text: String {
    let blocks = nulls.map(lines) + (power.map { PowerTables($0).blocks } ?? [])
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func lines(_ null: Null) -> [String] {
    var table = TextTable([
      ("family", .left), ("tests", .right), ("found in the file", .right), ("seeds with findings", .right),
      ("findings", .right), ("", .left),
    ])
    for line in null.families {
      table.add([
        line.family, Int(line.tests.rounded()).grouped, line.findingsInFile.grouped,
        "\(line.seedsWithFindings.grouped) of \(null.seeds.grouped)", line.findings.grouped,
        line.isKept ? "kept, not false" : "",
      ])
    }
    let findings = null.families.filter { !$0.isKept }.reduce(0) { $0 + $1.findings }
    table.add([
      "any that is false", "", "", "\(null.seedsWithFalseFindings.grouped) of \(null.seeds.grouped)", findings.grouped,
      "",
    ])
    return ["\(file), \(null.null.words)"] + table.lines
  }
}

extension CalibrationNull {
  fileprivate var words: String {
    switch self {
    case .cells: "verdicts permuted over all mutations within each input (cells)"
    case .phenotypes: "whole phenotypes permuted within layer, matrix and kind (phenotypes)"
    }
  }
}
