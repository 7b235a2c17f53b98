import Archive
import ArgumentParser
import Foundation
import Runs
import Weights

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a model, a results file, a forecast, an analysis file or a file of studies.",
    discussion: """
      Takes a model folder in Hugging Face layout, of which config.json is enough, a GGUF file, a llama2.c file, or a \
      file that locus wrote. Of the journal of a screen that runs or was stopped it says what locus status says.

        locus inspect configs/demo/model
        locus inspect results/demo.h5
      """)

  @Argument(
    help: """
      A model folder, a GGUF or llama2.c file, or a file of results, of a forecast, of an analysis, of studies or of \
      an atlas.
      """)
  var path: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    try Console.result(Failure.checkingInput { try description() })
  }

  private func description() throws -> String {
    if let output = UnfinishedScreen.output(ofJournal: path) { return try OutputStatus.ofLevels(output).text }
    try UnfinishedScreen.check(path)
    let kind = FileKind(path: path)
    switch kind {
    case .hdf5:
      if AnalysisFile.isAnalysis(path) { return try AnalysisDescription(path: path).text }
      if ForecastFile.isForecast(path) { return try ForecastDescription(path: path).text }
      if AtlasFile.isAtlas(path) { return try AtlasDescription(path: path).text }
      if StudyFile.isStudy(path) { return try StudyDescription(path: path).text }
      return try ResultsDescription(path: path).text
    case .yaml:
      throw CommandError(
        describing:
          "\(path): it is \(kind.phrase), as configurations are; 'locus plan \(path)' describes the screen of one")
    case .jsonLines, .table:
      throw CommandError(
        describing:
          "\(path): it is \(kind.phrase), as inputs and lists are; 'locus plan CONFIGURATION' describes the screen "
          + "that they are for"
      )
    default: return try ModelDescription(path: path).text
    }
  }
}
