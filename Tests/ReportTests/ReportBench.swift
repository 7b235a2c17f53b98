import Archive
import Drawing
import Foundation
import MessagePassing
import Perturbations
import Report
import TestSupport

/// A folder with a made-up results file and its analysis, of which tests make reports.
struct ReportBench {
  let folder: String
  private let world: Communicator

  /// Runs `body` while nothing else uses HDF5.
  static func run(_ body: (ReportBench) throws -> Void) throws {
    try World.run { (world) throws in
      try Places.withTemporaryFolder { try body(ReportBench(folder: $0, world: world)) }
    }
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ screen: SyntheticScreen, _ groups: [AnalysisGroup], planSHA256: String = "cd") throws {
    try screen.write(path("screen.h5"), world)
    try writeAnalysis(groups, planSHA256: planSHA256)
  }

  /// A screen of some mutations, and an analysis without findings.
  func write(_ screen: SyntheticScreen, mutations: [Mutation]) throws {
    try screen.write(mutations, path("screen.h5"), world)
    try writeAnalysis([])
  }

  private func writeAnalysis(_ groups: [AnalysisGroup], planSHA256: String = "cd") throws {
    try AnalysisWriter(path: path("screen.analysis.h5")).write(
      groups, provenance: provenance(of: "screen.h5", planSHA256: planSHA256))
  }

  /// Adds what is found in the geometry of the screen to its analysis.
  func writeGeometry(_ groups: [AnalysisGroup]) throws {
    try AnalysisWriter(path: path("screen.analysis.h5")).write(
      groups, to: .geometry, provenance: provenance(of: "screen.h5", planSHA256: "cd"))
  }

  /// The analysis of a cloud that is no screen, or what is to be one.
  func writeCloud(_ groups: [AnalysisGroup], source: String = "vectors.json", to section: AnalysisSection = .geometry)
    throws
  {
    try AnalysisWriter(path: path("cloud.analysis.h5")).write(
      groups, to: section, provenance: provenance(of: source, planSHA256: ""))
  }

  private func provenance(of source: String, planSHA256: String) -> AnalysisProvenance {
    AnalysisProvenance(
      locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: "locus analyze", source: source,
      sourcePlanSHA256: planSHA256)
  }

  /// A screen of one matrix of 32 × 32: regions of 16 × 16, and the first of them again in four of 8 × 8.
  func writeNested() throws {
    let fine = [(0, 0), (0, 8), (8, 0), (8, 8)].map { ($0.0, $0.1, 8) }
    let coarse = [(0, 0), (0, 16), (16, 0), (16, 16)].map { ($0.0, $0.1, 16) }
    let mutations = (fine + coarse).map { row, column, size in
      Mutation(
        region: Region(layer: 0, matrix: .q, rows: row..<row + size, columns: column..<column + size), kind: .maximum)
    }.sorted { left, right in
      let keys = [left.region, right.region].map {
        [$0.rows.lowerBound, $0.columns.lowerBound, $0.rows.count, $0.columns.count]
      }
      return keys[0].lexicographicallyPrecedes(keys[1])
    }
    try SyntheticScreen().write(mutations, path("screen.h5"), world)
    try writeAnalysis([])
  }

  /// Makes the report in the folder `report`.
  @discardableResult func report(palette: Palette = .paper) throws -> Report.Outcome {
    let file = try ResultsFile(path: path("screen.h5"))
    let analysis = try AnalysisFile(path: path("screen.analysis.h5"))
    let report = try Report(
      of: file, analysis: analysis, folder: path("report"), palette: palette, program: "0.0.0")
    try file.close()
    return try report.write()
  }

  /// The report of a cloud alone.
  func cloudReport(palette: Palette = .paper) throws -> Report {
    try Report(
      of: AnalysisFile(path: path("cloud.analysis.h5")), folder: path("report"), palette: palette, program: "0.0.0")
  }

  /// Writes the report of a cloud alone.
  @discardableResult func reportOfCloud(palette: Palette = .paper) throws -> Report.Outcome {
    try cloudReport(palette: palette).write()
  }

  /// What the page says, as a browser that runs no script would read it.
  func page() throws -> String { try String(contentsOfFile: path("report/index.html"), encoding: .utf8) }

  func reportFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path("report")).sorted()
  }

  /// The sentence with which a report is refused; nil if it is not.
  func refusal(_ make: (ReportBench) throws -> Any = { try $0.report() }) -> String? {
    do {
      _ = try make(self)
      return nil
    } catch {
      return "\(error)"
    }
  }
}
