import Archive
import ArgumentParser
import Weights

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a model, a results file or an analysis file.",
    discussion: """
      Takes a model folder in Hugging Face layout, of which config.json is enough, a llama2.c file, or a file that \
      locus wrote. Of the journal of a screen that runs or was stopped it says what locus status says.

        locus inspect configs/demo/model
        locus inspect results/demo.h5
      """)

  @Argument(help: "A model folder, a llama2.c file, a results file or an analysis file.")
  var path: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    try Console.result(Failure.checkingInput { try description() })
  }

  private func description() throws -> String {
    if let output = UnfinishedScreen.output(ofJournal: path) { return try OutputStatus.ofLevels(output).text }
    try UnfinishedScreen.check(path)
    guard InspectCommand.isHDF5(path) else { return try ModelDescription(path: path).text }
    if AnalysisFile.isAnalysis(path) { return try AnalysisDescription(path: path).text }
    return try ResultsDescription(path: path).text
  }

  /// By the first bytes that every such file has.
  private static func isHDF5(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    return withExtendedLifetime(file) { file.bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) }
  }
}
