import Archive
import ArgumentParser
import Basics
import Drawing
import Foundation
import Report

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a screen, a cloud, a forecast, studies or an atlas, and what was found in them, on a page.",
    discussion: """
      Writes index.html, which needs no network and no other file, and every figure as an SVG beside it: maps of every \
      matrix on which a region opens what its mutants say, and a figure for each analysis. Run locus analyze or locus \
      geometry first.

        locus report results/demo.h5 --output results/demo

      Of a cloud that is no screen, name the file that locus geometry wrote:

        locus report vectors.analysis.h5 --output vectors

      Of a forecast, name the file that locus forecast wrote; its maps go from matrices to single weights:

        locus report results/forecast.h5 --output results/forecast

      Of an atlas, name the file that locus atlas wrote:

        locus report results/atlas.h5 --output results/atlas

      Of studies, name the file that locus study wrote:

        locus report results/ablation.h5 --output results/ablation

      A name that ends in .html is that of the one page to write, without figures beside it. In the folder one stands \
      in, and in that of the file, the report has a folder of its own. An earlier report in the folder is replaced; \
      files of others there stay, and one that is in the way is an error.
      """)

  @Argument(
    help:
      """
      A results file of locus screen, a file of locus forecast, locus study or locus atlas, or an analysis that locus \
      geometry wrote of another cloud.
      """)
  var file: String

  @Option(name: .shortAndLong, help: "The folder to write to, or the page, such as page.html.")
  var output: String

  @Option(help: "The analysis file of a results file; by default FILE.analysis.h5 for FILE.h5.")
  var analysis: String?

  @Option(
    help: """
      Colours: paper, which is red, blue and green; or safe, which every kind of colour vision can \
      distinguish. The page can switch, the SVG files cannot.
      """)
  var palette: Palette = .paper

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = try Failure.checkingInput { try makeReport() }
    do {
      let outcome = try report.write()
      let texts = outcome.regionCount > 0 ? ", with the texts of \(outcome.regionCount.grouped) regions" : ""
      try Console.result(
        "\(outcome.page): \(Quantity.bytes(outcome.pageBytes))\(texts)"
          + (outcome.figureCount > 0 ? "; \(outcome.figureCount) figures beside it" : ""))
    } catch {
      Console.note("locus: \(error)")
      throw ExitCode.failure
    }
  }

  private func makeReport() throws -> Report {
    try UnfinishedScreen.check(file)
    if analysis == nil, StudyFile.isStudy(file) {
      return try Report(of: StudyFile(path: file), folder: output, palette: palette, program: Version.current)
    }
    if analysis == nil, AtlasFile.isAtlas(file) {
      return try Report(of: AtlasFile(path: file), folder: output, palette: palette, program: Version.current)
    }
    if analysis == nil, ForecastFile.isForecast(file) {
      let forecast = try ForecastFile(path: file)
      let report = try Report(of: forecast, folder: output, palette: palette, program: Version.current)
      try forecast.close()
      return report
    }
    guard analysis == nil, AnalysisFile.isAnalysis(file) else {
      return try makeReport(of: file, analysis ?? AnalysisFile.path(besides: file))
    }
    let found = try AnalysisFile(path: file)
    // Of a screen the page also shows what its mutants say, which only the results file holds.
    let folder = (file as NSString).deletingLastPathComponent
    let results = (folder as NSString).appendingPathComponent(found.provenance.source)
    guard found.sections[.analysis] != nil, ResultsFile.isResults(results) else {
      return try Report(of: found, folder: output, palette: palette, program: Version.current)
    }
    return try makeReport(of: results, file)
  }

  private func makeReport(of file: String, _ analysisPath: String) throws -> Report {
    let results = try ResultsFile(path: file)
    guard analysis != nil || FileManager.default.fileExists(atPath: analysisPath) else {
      throw CommandError(
        "cannot report on \(file): there is no \(analysisPath); run locus analyze \(file) first")
    }
    let found = try AnalysisFile(path: analysisPath)
    let report = try Report(of: results, analysis: found, folder: output, palette: palette, program: Version.current)
    try results.close()
    return report
  }
}

extension Palette: ExpressibleByArgument {}
