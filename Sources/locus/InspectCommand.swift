import Archive
import ArgumentParser
import Foundation
import Journal
import Weights

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a model, a results file or an analysis file.",
    discussion: """
      Takes a model folder in Hugging Face layout, of which config.json is enough, a llama2.c file, or a file that \
      locus wrote.

        locus inspect configs/demo/model
        locus inspect results/demo.h5
      """)

  @Argument(help: "A model folder, a llama2.c file, a results file or an analysis file.")
  var path: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    Console.result(try Failure.checkingInput { try description() })
  }

  private func description() throws -> String {
    let kind = FileKind(path: path)
    if let output = outputOfJournal {
      throw InspectError(
        "\(path): it is the journal of a screen that is not whole; 'locus status \(output)' tells how far it is")
    }
    switch kind {
    case .hdf5:
      return AnalysisFile.isAnalysis(path)
        ? try AnalysisDescription(path: path).text : try ResultsDescription(path: path).text
    // What a running or stopped screen will write.
    case .absent where JournalFolder(output: path).exists: return try ResultsDescription(path: path).text
    case .yaml:
      throw InspectError(
        "\(path): it is \(kind.phrase), as configurations are; 'locus plan \(path)' describes the screen of one")
    case .jsonLines, .table:
      throw InspectError(
        "\(path): it is \(kind.phrase), as inputs and lists are; 'locus plan CONFIGURATION' describes the screen that they are for"
      )
    default: return try ModelDescription(path: path).text
    }
  }

  /// The output to which the folder, or the folder of the file, is the journal; nil where it is none.
  private var outputOfJournal: String? {
    let place = URL(fileURLWithPath: path).standardizedFileURL
    let suffix = JournalFolder(output: "").path
    return [place, place.deletingLastPathComponent()].map(\.path)
      .filter { $0.hasSuffix(suffix) && FileKind(path: $0) == .folder }
      .map { String($0.dropLast(suffix.count)) }.first
  }
}

/// A path that there is nothing to describe at.
struct InspectError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = "cannot describe \(description)" }
}
