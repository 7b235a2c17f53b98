import Foundation
import Testing
import TestSupport

/// Two screens of the demo model, and one of the same model untrained, compared at the command line.
@Suite(.serialized) struct CompareTests {
  private static let others = """
    {"id": "a", "task": "facts", "prompt": "The main city of Austria is"}
    {"id": "b", "task": "arithmetic", "prompt": "23 + 45 ="}

    """

  /// Writes a configuration that differs from the usual one by a replacement, and screens it.
  private func screen(_ bench: Workbench, _ name: String, _ old: String = "", _ new: String = "") throws {
    let text = old.isEmpty ? Workbench.configuration : Workbench.configuration.replacing(old, with: new)
    try bench.write("\(name).yaml", text)
    let outcome = try Program.locus.run(
      ["screen", bench.path("\(name).yaml"), "--output", bench.path("\(name).h5"), "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func compare(_ bench: Workbench, _ first: String, _ second: String, _ more: String...) throws
    -> Program.Outcome
  {
    try Program.locus.run(["compare", bench.path(first), bench.path(second)] + more)
  }

  @Test func screensOfOtherInputsAndOfRandomWeights() throws {
    try Workbench.run { bench in
      try bench.write("others.jsonl", CompareTests.others)
      try screen(bench, "one")
      try screen(bench, "other", "inputs.jsonl", "others.jsonl")
      try screen(bench, "random", "model: model", "model: {of: model, weights: random, seed: 0}")

      let inputs = try compare(bench, "one.h5", "other.h5")
      #expect(inputs.status == 0 && inputs.errors.isEmpty, "\(inputs.errors)")
      #expect(
        inputs.output.contains("The inputs differ (0 are the same)") && inputs.output.contains("by their 2 tasks"))
      #expect(inputs.output.contains("A is one.h5: model, 70 mutations on 2 inputs, 8 steps."))

      let folder = bench.path("page")
      let models = try compare(bench, "one.h5", "random.h5", "--output", folder, "--palette", "safe")
      #expect(models.status == 0 && models.errors.isEmpty, "\(models.errors)")
      let said = models.output.replacing(#/\s+/#, with: " ")
      #expect(said.contains("2 inputs are the same in both, and compared one by one"))
      #expect(said.contains("Cohen's κ") && said.contains("\(folder)/index.html"), "\(said)")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(
        Set(["index.html", "compare.json", "compare.csv", "severities.svg", "differences.svg"]).isSubset(of: names))
      #expect(names.contains { $0.hasPrefix("map-3-") })
      let page = String(decoding: try bench.bytes("page/index.html"), as: UTF8.self)
      #expect(page.contains("report of a comparison") && page.contains("one against random"))
      let json = try JSONSerialization.jsonObject(with: bench.bytes("page/compare.json")) as? [String: Any]
      let mutations = json?["mutations"] as? [String: Any]
      #expect(mutations?["compared"] as? Int == 70)
      let table = String(decoding: try bench.bytes("page/compare.csv"), as: UTF8.self).split(separator: "\n")
      #expect(table[0].hasPrefix("region,layer,matrix,row,column,rows,columns,kinds,first_share,second_share"))
      #expect(table.count > 50)

      // The page is replaced, and tables of others are not.
      #expect(try compare(bench, "one.h5", "other.h5", "--output", folder).status == 0)
      try FileManager.default.removeItem(atPath: folder + "/index.html")
      let foreign = try compare(bench, "one.h5", "other.h5", "--output", folder)
      #expect(foreign.status == 1 && foreign.complaints.first?.contains("was not made by locus report") == true)
    }
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    try Workbench.run { bench in
      try screen(bench, "one")
      try screen(bench, "apart", "layers: [2, 3]", "layers: [0]")
      #expect(try Program.locus.run(["analyze", bench.path("one.h5"), "--quiet"]).status == 0)
      try FileManager.default.createSymbolicLink(
        atPath: bench.path("link.h5"), withDestinationPath: bench.path("one.h5"))
      let before = try bench.names()
      for (first, second, words) in [
        ("one.h5", "one.h5", "A and B are the same file"), ("one.h5", "link.h5", "A and B are the same file"),
        ("one.h5", "apart.h5", "they have no mutation in common"), ("one.h5", "absent.h5", "absent.h5"),
        ("one.analysis.h5", "one.h5", "it is an HDF5 file but no result of a screen"),
        ("one.h5", "screen.yaml", "no HDF5 file"),
      ] {
        let outcome = try compare(bench, first, second, "--output", bench.path("page"))
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.complaints.count == 1 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(try bench.names() == before)
      }
    }
  }
}
