import Foundation
import Testing
import TestSupport

/// Runs of `locus study` as a person starts them.
@Suite(.serialized) struct StudyCommandTests {
  private static let names = [
    "statistics", "ablation", "pruning", "modularity", "patching", "localizer", "diversity", "coupling",
    "autoencoder", "realignment",
  ]

  private static func configuration(_ studies: String, texts: String = "") -> String {
    """
    model: \(Demo.modelPath)
    texts:
      story: {path: \(Places.demo)/text/story.txt, limit: 300, window: 32}
      code: {path: \(Places.demo)/text/code.txt, limit: 300, window: 32}
    \(texts)
    studies:
    \(studies)

    """
  }

  /// Runs a configuration in a folder of its own, which then holds it and what was written.
  private func study(
    _ configuration: String, _ options: String..., body: (_ outcome: Program.Outcome, _ folder: String) throws -> Void
  ) throws {
    try Places.withTemporaryFolder { (folder) throws in
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/c.yaml"))
      let outcome = try Program.locus.run(
        ["study", folder + "/c.yaml", "--output", folder + "/out.h5", "--quiet"] + options)
      try body(outcome, folder)
    }
  }

  @Test func studiesAreListedWithWhatTheyAsk() throws {
    let outcome = try Program.locus.run(["study", "--list"])
    let first = outcome.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(first == Self.names && outcome.status == 0, "\(outcome.output)")
  }

  @Test(arguments: names) func everyStudyHasATemplate(_ name: String) throws {
    let outcome = try Program.locus.run(["study", name, "--template"])
    #expect(outcome.status == 0 && outcome.output.contains("\n  \(name):\n"), "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("model: MODEL"))
  }

  /// Nothing of them is run here: `make studies` does that.
  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: Places.root + "/configs/studies").filter {
      $0.hasSuffix(".yaml")
    }.sorted()) func everyExampleIsPlanned(_ name: String) throws
  {
    let outcome = try Program.locus.run(["plan", Places.root + "/configs/studies/" + name, "--speed", "50"])
    let study = name.replacing(".yaml", with: "")
    #expect(outcome.status == 0 && outcome.output.contains("studies       \(study): "), "\(outcome.errors)")
  }

  @Test func aFileIsMadeAndMetAgain() throws {
    try study(Self.configuration("  statistics: {texts: [story]}")) { (outcome, folder) throws in
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.contains("statistics\n") && outcome.output.contains("1 study in"))
      let again = try Program.locus.run(["study", folder + "/c.yaml", "--output", folder + "/out.h5"])
      #expect(again.status == 0 && again.output.contains("holds the finished result of these studies already"))
      let report = try Program.locus.run(["report", folder + "/out.h5", "--output", folder + "/page.html"])
      #expect(report.status == 0, "\(report.errors)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["c.yaml", "out.h5", "page.html"])
    }
  }

  @Test func theUntrainedModelIsNamed() throws {
    let configuration = Self.configuration("  statistics: {texts: [story], sites: [res_post]}")
      .replacing("model: \(Demo.modelPath)", with: "model: {of: \(Demo.modelPath), weights: random, seed: 2}")
    try study(configuration) { (outcome, folder) throws in
      let inspected = try Program.locus.run(["inspect", folder + "/out.h5"])
      #expect(outcome.status == 0 && inspected.output.contains("model (random weights, seed 2)"), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    ("  statistics: {texts: [poem]}", "", "no text is named 'poem'"),
    ("  statistics: {texts: [none]}", "  none: no.txt", "there is no such file or folder"),
    (
      "  statistics: {texts: [short]}", "  short: {path: TEXT, limit: 20, window: 64}", "no text as long as a row of 64"
    ),
    ("  statistics: {texts: [long]}", "  long: {path: TEXT, window: 100000}", "do not fit the model's context"),
    ("  ablation: {statistics: story}", "", "studies.ablation.evaluation is missing"),
    ("  ablations: {}", "", "did you mean ablation?"),
  ]) func badInputIsOneSentence(_ studies: String, _ texts: String, _ words: String) throws {
    let configuration = Self.configuration(
      studies, texts: texts.replacing("TEXT", with: Places.demo + "/text/story.txt"))
    try study(configuration) { (outcome, folder) throws in
      #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["c.yaml"])
    }
  }

  @Test func unitsAreScreenedAtTheirMeans() throws {
    try study(Self.configuration("  statistics: {texts: [story], sites: [attn_pre_out]}")) { (_, folder) throws in
      let screen = """
        model: \(Demo.modelPath)
        inputs: \(Places.demo)/inputs.jsonl
        inputs_per_task: 1
        continuation: {tokens: 4}
        mutations: {edits: {sites: [attn_pre_out], block: head, values: [zero, mean], from: out.h5}, layers: [0]}

        """
      try Data(screen.utf8).write(to: URL(fileURLWithPath: folder + "/s.yaml"))
      let plan = try Program.locus.run(["plan", folder + "/s.yaml", "--speed", "50"])
      #expect(
        plan.status == 0 && plan.output.contains("mutations     8 (zero, average:"), "\(plan.output)\(plan.errors)")
      let outcome = try Program.locus.run(["screen", folder + "/s.yaml", "--output", folder + "/s.h5", "--quiet"])
      #expect(outcome.status == 0 && outcome.output.contains("8 mutations"), "\(outcome.errors)")
    }
  }
}
