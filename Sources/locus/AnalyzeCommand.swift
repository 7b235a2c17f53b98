import Archive
import ArgumentParser
import Findings
import Foundation
import MessagePassing

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Find where a screened model is sensitive.",
    discussion: """
      Counts the non-silent verdicts of a results file by layer, matrix, kind, input and task, ranks its regions, and \
      makes profiles along rows and columns. Prints the headline and writes everything to an analysis file beside the \
      results file. Under mpirun, rank 0 does the work.

        locus analyze results/demo.h5

      An analysis file at the output is replaced; anything else there is an error.
      """)

  @Argument(help: "A results file that locus screen wrote.")
  var file: String

  @Option(name: .shortAndLong, help: "The analysis file to write; by default FILE.analysis.h5 for FILE.h5.")
  var output: String?

  @Option(help: "Most sensitive regions to print; the analysis file lists \(Analysis.regionLimit).")
  var top = 10

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard top >= 0, top <= Analysis.regionLimit else {
      throw ValidationError("--top is \(top); give a number from 0 to \(Analysis.regionLimit).")
    }
  }

  func run() throws {
    try Failure.withSession { world in
      try Failure.onFirstRank(of: world) { try analyze() }
    }
  }

  // MARK: Work

  private func analyze() throws {
    let path = output ?? AnalysisFile.path(besides: file)
    let results = try Failure.checkingInput { try ResultsFile(path: file) }
    let writer = try Failure.checkingInput { try AnalysisWriter(path: path) }
    let analysis = try Failure.checkingInput { try Analysis(of: results) }
    let provenance = AnalysisProvenance(
      locusVersion: Version.current, created: Date.now.formatted(.iso8601),
      commandLine: CommandLine.arguments.joined(separator: " "), source: URL(fileURLWithPath: file).lastPathComponent,
      sourcePlanSHA256: results.summary.provenance.planSHA256)
    try results.close()
    try writer.write(analysis.groups, provenance: provenance)
    Console.result(try AnalysisHeadline(analysis, top: top).text() + "\n\n\(path)")
  }
}
