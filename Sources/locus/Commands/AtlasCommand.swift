import Archive
import ArgumentParser
import Atlas
import Basics
import Foundation
import MessagePassing

struct AtlasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atlas",
    abstract: "Join all that a screen, forecasts and studies of one model say of its units and regions.",
    discussion: """
      Makes a row for every residual index, neuron, attention head and region, with all that the files know of it, and \
      asks which measures agree: every two of different sources are correlated within layers, and beyond the size of \
      activations where the study statistics says how large they are. Names the units that several sources put first, \
      massive activations and the weights that a forecast puts first.

        locus atlas results/demo.h5 results/forecast.h5 results/studies.h5 --output results/atlas.h5
        locus report results/atlas.h5 --output results/atlas

      What a screen says of regions is also said of the units that the regions make or read, as means. An atlas at the \
      output is replaced; anything else there is an error.
      """)

  @Argument(help: "Files of one model that locus screen, locus forecast or locus study wrote.")
  var files: [String]

  @Option(name: .shortAndLong, help: "The atlas to write.")
  var output: String

  @Option(help: "Seed of the permutations that are drawn where a layer has few units.")
  var seed: UInt64 = 0

  @OptionGroup var common: CommonOptions

  func run() throws {
    try Failure.withSession { world in
      try Failure.onFirstRank(of: world) { try make() }
    }
  }

  private func make() throws {
    let (atlas, target) = try Failure.checkingInput {
      for file in files { try UnfinishedScreen.check(file) }
      return (try Atlas(files), try AtlasFile.target(output))
    }
    let groups = atlas.groups(seed: seed)
    let provenance = AtlasFile.Provenance(
      locusVersion: Version.current, created: Date.now.formatted(.iso8601),
      commandLine: CommandLine.arguments.joined(separator: " "), modelName: atlas.model.name,
      modelSHA256: atlas.model.sha256, origins: atlas.origins)
    try AtlasFile.write(groups, provenance, to: target)
    let tables = atlas.tables.map { table in
      "\(table.rowCount.grouped) \(table.subject.plural), \(table.measures.count) measures"
    }
    let findings = SentenceList(groups.flatMap(\.findings)).lines
    try Console.result(
      (findings + (findings.isEmpty ? [] : [""]) + ["\(output): \(tables.joined(separator: "; "))"]).joined(
        separator: "\n"))
  }
}
