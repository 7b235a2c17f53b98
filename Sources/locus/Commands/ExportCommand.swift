import Archive
import ArgumentParser
import Foundation

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a results file, a forecast, studies, an atlas or an analysis as a table of text.",
    discussion: """
      For people who use neither HDF5 nor Swift. Of a file that locus screen wrote, a row for each mutation and input. \
      Rows are streamed in the order of the file, with the inputs of a mutation one after the other, so memory does \
      not grow with the screen.

        locus export results/demo.h5 --csv > demo.csv
        locus export results/demo.h5 --non-silent --output changed.jsonl

      Each row has these values, in this order:

      \(ResultsTable.columns.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))

      Of a file that locus study wrote, a row for each unit of each site: site, layer, unit, and all that the studies \
      know of units, which is missing where they know it of other sites. With --study, a row for each cell of what \
      that study found: its coordinates, then the values of the variables with the most dimensions. --variable names \
      another variable, to which those of the same dimensions are joined; what is left out is said.

        locus export results/studies.h5 --output units.csv
        locus export results/studies.h5 --study ablation --output ablation.csv

      Of a file that locus forecast wrote, a row for each mutation and input, or with --map a row for each region of a \
      size and each kind, over all inputs; locus inspect says which maps there are. Behind the columns that say which \
      mutation it is, from layer to columns and kind:

      \(ForecastTable.columns.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))

        locus export results/forecast.h5 --output forecast.csv
        locus export results/forecast.h5 --map 1x1 --output weights.csv

      Of an atlas or an analysis, one of its tables: a row for each cell of what --table names, by default of its \
      first; locus inspect says which there are.

        locus export results/atlas.h5 --table neuron --output neurons.csv
        locus export results/demo.analysis.h5 --table enrichment --output blocks.csv

      CSV begins with a line of the names and puts fields in quotes where RFC 4180 asks for them; lines end with a \
      line feed. JSON Lines has an object a line. What is not recorded, or no finite number, is empty in CSV and null \
      in JSON; yes and no are 1 and 0.
      """)

  @Argument(help: "A file that locus screen, forecast, study, atlas, analyze or geometry wrote.")
  var file: String

  @Flag(help: "CSV, or JSON Lines; by default what the output's name ends in.")
  var format: TextFormat?

  @Option(name: .shortAndLong, help: "The file to write; by default standard output.")
  var output: String?

  @Flag(help: "Only mutations and inputs whose continuation changed.")
  var nonSilent = false

  @Option(help: "The study whose values are written; by default units are.")
  var study: String?

  @Option(help: "The table of an atlas or an analysis that is written, such as neuron; by default its first.")
  var table: String?

  @Option(help: "A variable of the study or table that is written with all others over its dimensions.")
  var variable: String?

  @Option(help: "The map of a forecast that is written, by the size of its regions, such as 16x16.")
  var map: String?

  @Flag(help: "Replace whatever file is at the output.")
  var force = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard chosenFormat != nil else {
      let named = output.map { "\($0) ends in neither .csv nor .jsonl: " } ?? ""
      throw ValidationError("\(named)Say --csv or --jsonl, or name an output such as table.csv.")
    }
    guard variable == nil || study != nil || table != nil else {
      throw ValidationError("--variable is of a study or a table: name it with --study or --table.")
    }
  }

  private var chosenFormat: TextFormat? { format ?? output.flatMap { TextFormat(fileName: $0) } }

  /// How rows are written, which `validate` has made sure of.
  private var rows: TextFormat { chosenFormat ?? .csv }

  func run() throws {
    // A reader that has seen enough, as in `| head`, shows by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    let output = try Failure.checkingInput {
      try UnfinishedScreen.check(file)
      guard !nonSilent || contents == .screen else {
        throw CommandError(
          "cannot export \(contents.rawValue) of \(file) with --non-silent: it is of screens; leave it out")
      }
      guard map == nil || contents == .forecast else {
        throw CommandError("cannot export a map of \(file): it is no forecast; leave --map out")
      }
      guard table == nil || contents == .atlas || contents == .analysis else {
        throw CommandError("cannot export a table of \(file): it is no atlas and no analysis; leave --table out")
      }
      return try ExportOutput(path: self.output, source: file, replacing: force)
    }
    do {
      switch contents {
      case .studies: try writeStudies(to: output)
      case .atlas:
        let atlas = try AtlasFile(path: file)
        try write(GroupTable(ofTable: table, variable: variable, in: atlas, format: rows), to: output)
      case .analysis:
        let analysis = try AnalysisFile(path: file)
        try write(GroupTable(ofTable: table, variable: variable, in: analysis, format: rows), to: output)
      case .forecast: try writeForecast(to: output)
      case .screen: try writeScreen(to: output)
      }
      try output.finish()
    } catch {
      output.remove()
      if output.wasClosed { return }
      Console.note("locus: \(error)")
      throw output.hasFailed ? ExitCode.failure : Failure.badInput
    }
  }

  // MARK: Private

  /// What a file holds.
  private enum Contents: String {
    case screen = "a screen", forecast = "a forecast", studies = "studies", atlas = "an atlas", analysis = "an analysis"
  }

  private var contents: Contents {
    if study != nil || StudyFile.isStudy(file) { return .studies }
    if AtlasFile.isAtlas(file) { return .atlas }
    if AnalysisFile.isAnalysis(file) { return .analysis }
    return ForecastFile.isForecast(file) ? .forecast : .screen
  }

  private func writeForecast(to output: ExportOutput) throws {
    let forecast = try ForecastFile(path: file)
    let table = try ForecastTable(of: forecast, map: map, format: rows)
    try output.write(table.header)
    try table.forEachSlab(of: forecast) { try output.write($0) }
    try forecast.close()
  }

  private func writeScreen(to output: ExportOutput) throws {
    let results = try ResultsFile(path: file)
    if let progress = results.summary.provenance.progress {
      Console.note("\(file) is partial: \(progress.words) of a screen that is not finished")
    }
    let table = try ResultsTable(of: results, format: rows, onlyNonSilent: nonSilent)
    try output.write(table.header)
    try table.forEachSlab(of: results) { try output.write($0) }
    try results.close()
  }

  private func writeStudies(to output: ExportOutput) throws {
    let results = try StudyFile(path: file)
    try write(
      study.map { try GroupTable(of: $0, variable: variable, in: results, format: rows) }
        ?? GroupTable(unitsOf: results, format: rows), to: output)
  }

  private func write(_ table: GroupTable, to output: ExportOutput) throws {
    if !table.leftOut.isEmpty {
      let hasUnits = contents == .studies && study == nil
      let advice = hasUnits ? "" : "; name one with --variable"
      Console.note("left out, as their dimensions are others\(advice): \(table.leftOut.joined(separator: ", "))")
    }
    try output.write(table.header)
    try table.forEachSlab { try output.write($0) }
  }
}

extension TextFormat: EnumerableFlag {}
