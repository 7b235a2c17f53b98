import Archive
import ArgumentParser
import Drawing
import Findings
import Foundation
import Report

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two screens: how far their maps agree, and which regions changed.",
    discussion: """
      Takes the results files of two screens: of one model with other inputs, seeds or kinds, or of two models of one \
      shape, such as a model and its tuned, quantized or untrained counterpart. Compared are the mutations that both \
      have; inputs go one by one where they are the same, otherwise by their tasks. Says how far the severities of \
      regions agree, within matrix and layer as well, and how much of the rest is noise of inputs; which regions \
      changed by more than their matrix and layer did; and how often verdicts agree. Every test has its null, an \
      effect size and a false discovery rate.

        locus compare results/base.h5 results/tuned.h5
        locus compare results/base.h5 results/tuned.h5 --output results/base-tuned

      With --output, the folder gets a page with the maps of both and their difference, index.html, every figure as an \
      SVG, all numbers as compare.json, and a row for each region as compare.csv. An earlier page there is replaced; \
      files of others are not.
      """)

  @Argument(help: "The results file of a screen, A.")
  var first: String

  @Argument(help: "The results file of the other screen, B.")
  var second: String

  @Option(name: .shortAndLong, help: "The folder to write a page and tables to, or the page alone, such as page.html.")
  var output: String?

  @Option(help: "Seed of the permutations and of the halves of inputs.")
  var seed: UInt64 = 0

  @Option(help: "Colours of the page: paper, or safe, which every kind of colour vision can distinguish.")
  var palette: Palette = .paper

  @OptionGroup var common: CommonOptions

  func run() throws {
    let comparison = try Failure.checkingInput { try makeComparison() }
    let report = try Failure.checkingInput {
      try output.map { try Report(of: comparison, folder: $0, palette: palette, program: Version.current) }
    }
    var text = ComparisonText(comparison).text
    do {
      if let outcome = try report?.write() { text += "\n\n\(outcome.page): \(Quantity.bytes(outcome.pageBytes))" }
    } catch {
      Console.note("locus: \(error)")
      throw ExitCode.failure
    }
    try Console.result(text)
  }

  private func makeComparison() throws -> Comparison {
    for path in [first, second] { try UnfinishedScreen.check(path) }
    guard !isOneFile else {
      throw CommandError(
        cannot: "compare", first, seen: "A and B are the same file", advice: "name the results files of two screens")
    }
    let one = try ResultsFile(path: first)
    let other = try ResultsFile(path: second)
    let comparison = try Comparison(of: one, and: other, seed: seed)
    try one.close()
    try other.close()
    return comparison
  }

  private var isOneFile: Bool {
    let paths = [first, second].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL.path }
    return paths[0] == paths[1] && FileManager.default.fileExists(atPath: paths[0])
  }
}
