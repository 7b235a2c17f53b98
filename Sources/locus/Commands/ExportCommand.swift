import Archive
import ArgumentParser
import Foundation

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a results file as a table of text, a row for each mutation and input.",
    discussion: """
      For people who use neither HDF5 nor Swift. Rows are streamed in the order of the file, with the inputs of a \
      mutation one after the other, so memory does not grow with the screen.

        locus export results/demo.h5 --csv > demo.csv
        locus export results/demo.h5 --non-silent --output changed.jsonl

      Each row has these values, in this order:

      \(ResultsTable.columns.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))

      CSV begins with a line of these names and puts fields in quotes where RFC 4180 asks for them; lines end with a \
      line feed. JSON Lines has an object a line. What is not recorded, or no finite number, is empty in CSV and null \
      in JSON.
      """)

  @Argument(help: "A results file that locus screen wrote.")
  var file: String

  @Flag(help: "CSV, or JSON Lines; by default what the output's name ends in.")
  var format: TextFormat?

  @Option(name: .shortAndLong, help: "The file to write; by default standard output.")
  var output: String?

  @Flag(help: "Only mutations and inputs whose continuation changed.")
  var nonSilent = false

  @Flag(help: "Replace whatever file is at the output.")
  var force = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard chosenFormat != nil else {
      let named = output.map { "\($0) ends in neither .csv nor .jsonl: " } ?? ""
      throw ValidationError("\(named)Say --csv or --jsonl, or name an output such as table.csv.")
    }
  }

  private var chosenFormat: TextFormat? { format ?? output.flatMap { TextFormat(fileName: $0) } }

  func run() throws {
    // A reader that has seen enough, as in `| head`, shows by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    let output = try Failure.checkingInput {
      try UnfinishedScreen.check(file)
      return try ExportOutput(path: self.output, replacing: force)
    }
    do {
      let results = try ResultsFile(path: file)
      if let progress = results.summary.provenance.progress {
        Console.note("\(file) is partial: \(progress.words) of a screen that is not finished")
      }
      let table = try ResultsTable(of: results, format: chosenFormat ?? .csv, onlyNonSilent: nonSilent)
      try output.write(table.header)
      try table.forEachSlab(of: results) { try output.write($0) }
      try results.close()
      try output.finish()
    } catch {
      output.remove()
      if output.wasClosed { return }
      Console.note("locus: \(error)")
      throw output.hasFailed ? ExitCode.failure : Failure.badInput
    }
  }
}

extension TextFormat: EnumerableFlag {}
