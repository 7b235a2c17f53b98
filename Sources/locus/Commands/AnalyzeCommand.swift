import Archive
import ArgumentParser
import Findings
import Foundation
import LinearAlgebra
import MessagePassing
import Screen

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Find where a screened model is sensitive.",
    discussion: """
      Counts the non-silent verdicts of a results file by layer, matrix, kind, input and task, ranks its regions, and \
      tests for bias towards maximum or minimum, for rows and columns that are enriched beyond chance, margins and \
      arithmetic, for complementary rows and columns, for regions that are specific to a task, and for inputs that are \
      sensitive alike. Every test has its null, an effect size and a false discovery rate. Prints the headline and \
      writes everything to an analysis file beside the results file. Under mpirun the ranks share the texts and the \
      permutations; the numbers are the same.

      With --model, the model that was screened also reads what its mutants say, and continuations are classified by \
      its states as well as by their words: at most \(TextMaterial.stateSampleLimit) of them, each a pass through the \
      model.

        locus analyze results/demo.h5
        mpirun -n 8 locus analyze results/demo.h5 --model configs/demo/model

      With --partial, FILE is the output of a screen that is running or was stopped. Its finished units are written to \
      FILE.partial.h5 for FILE.h5, like a screen of fewer mutations, and the analysis of them to \
      FILE.partial.analysis.h5; the screen's journal is only read. The rest of the screen may turn out differently, so \
      all that is written says that it describes a part.

        locus analyze --partial results/demo.h5
        locus report results/demo.partial.h5 --output results/so-far

      An analysis file at the output is replaced; anything else there is an error.
      """)

  @Argument(help: "A results file that locus screen wrote.")
  var file: String

  @Option(name: .shortAndLong, help: "The analysis file to write; by default FILE.analysis.h5 for FILE.h5.")
  var output: String?

  @Option(
    help: """
      The model that was screened, a Hugging Face folder, a GGUF file or a llama2.c file, to classify texts by its \
      states.
      """)
  var model: String?

  @Option(help: "Most sensitive regions to print; the analysis file lists \(Analysis.regionLimit).")
  var top = 10

  @Flag(help: "Analyze the finished units of a screen that is running or was stopped.")
  var partial = false

  @Option(help: "Seed of the permutations that tests draw.")
  var seed: UInt64 = 0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard top >= 0, top <= Analysis.regionLimit else {
      throw ValidationError("--top is \(top); give a number from 0 to \(Analysis.regionLimit).")
    }
  }

  func run() throws {
    try Failure.withSession { world in
      let source = partial ? PartialScreen.path(besides: file) : file
      let path = output ?? AnalysisFile.path(besides: source)
      try Failure.checkingInput { try world.agree { try checkSource() } }
      let writer = try Failure.checkingInput { try world.agree { try AnalysisWriter(path: path) } }
      if partial { try Failure.checkingInput { try writeFinishedUnits(to: source, world) } }
      let results = try Failure.checkingInput { try world.agree { try ResultsFile(path: source) } }
      try Failure.checkingInput { try world.agree { try results.checkLayers("analyze") } }
      // Last bits of products may depend on the number of threads, and waiting threads would keep other ranks off the
      // cores.
      BLAS.useThreads(1)
      let analysis = try Failure.checkingInput {
        let model = try model.map { try ScreenedModel(path: $0, of: results, communicator: world) }
        return try Analysis(of: results, model: model, seed: seed, communicator: world)
      }
      let screen = results.summary.provenance
      try Failure.onFirstRank(of: world) {
        try writer.write(analysis.groups, provenance: provenance(of: screen, source))
        let headline = try AnalysisHeadline(
          analysis, outer: OuterCounts(results), top: top, progress: screen.progress
        ).text()
        try Console.result(headline + "\n\n\(path)")
      }
      try results.close()
    }
  }

  private func checkSource() throws {
    guard partial else { return try UnfinishedScreen.check(file) }
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CommandError("cannot take a part of \(file): it is whole; run the same command without --partial")
    }
  }

  private func writeFinishedUnits(to path: String, _ world: Communicator) throws {
    let screen = try PartialScreen.open(output: file, communicator: world)
    try screen.write(
      to: path, created: Date.now.formatted(.iso8601), commandLine: CommandLine.arguments.joined(separator: " "),
      communicator: world)
  }

  private func provenance(of screen: Provenance, _ source: String) -> AnalysisProvenance {
    var provenance = AnalysisProvenance(
      locusVersion: Version.current, created: Date.now.formatted(.iso8601),
      commandLine: CommandLine.arguments.joined(separator: " "), source: URL(fileURLWithPath: source).lastPathComponent,
      sourcePlanSHA256: screen.planSHA256)
    provenance.progress = screen.progress
    return provenance
  }
}
