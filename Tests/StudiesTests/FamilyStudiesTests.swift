import Archive
import Foundation
import Hosts
import Studies
import Testing
import TestSupport
import Transformer

/// Every study and the forecast of a model of every family, on texts that take a second.
@Suite(.serialized, .enabled(if: SharedHosts.isThere, SharedHosts.absence)) struct FamilyStudiesTests {
  private static let studies = """
    statistics: {texts: [story, code]}
    ablation: {statistics: [story], evaluation: [code], fractions: 3, seeds: 1, resample: ids}
    pruning: {forget: code, retain: story, importance: abs, percents: [0, 10, 20], seeds: 1, step: 10, until: 20}
    modularity: {tasks: [story, code], evaluation: {story: story, code: code}, clusters: 4, seeds: 1, draws: 99,
      deals: 1, goals: [50]}
    patching: {paragraphs: paragraphs.jsonl, steps: 4}
    localizer: {conditions: {S: sentences, N: nonwords}, contrast: [S, N], evaluation: {story: story}, seeds: 1,
      draws: 99}
    diversity: {texts: story, prompts: ["One day,"], samples: 8, steps: 6, positions: [2], disturbed: 2, draws: 9,
      k: 2}
    coupling: {prompts: ["One day, Tom", "The city of"], ranks: [4], controls: [matched, shuffled], seeds: 1, draws: 2,
      tokens: 2}
    autoencoder: {training: story, evaluation: code, site: res_post, layer: 0, features: 16,
      autoencoders: [{topk: 2}, {jumprelu: 0.5}], steps: 4, batch: 16}
    """
  private static let realignment = """
    realignment: {styles: {a: {training: rows.jsonl, evaluation: rows.jsonl}}, width: 4, seeds: 1, controls: [shuffled],
      steps: 2, batch: 2, prompts: ["One"], tokens: 3}
    """

  /// Parts that stand side by side have no residual stream between them, to which a side network could add.
  private func hasMiddle(_ name: String) -> Bool { !["pythia", "falcon"].contains(name) }

  /// Writes the configurations of the studies and of a forecast.
  private func prepare(_ name: String, in folder: String) throws {
    let studies = Self.studies + (hasMiddle(name) ? "\n" + Self.realignment : "")
    func write(_ file: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + file))
    }
    try write(
      "paragraphs.jsonl",
      """
      {"before": "The duck\\n", "after": "My wall."}
      {"before": "The bird\\n", "after": "My sea."}
      """)
    try write("rows.jsonl", "{\"text\": \"One day, Mia.\"}\n{\"text\": \"Rosa had it.\"}\n")
    let (demo, stimuli) = (Places.demo + "/text", Places.root + "/configs/studies/stimuli")
    try write(
      "studies.yaml",
      """
      model: \(SharedHosts.path(of: name))
      texts:
        story: {path: \(demo)/story.txt, limit: 200}
        code: {path: \(demo)/code.txt, limit: 200}
        sentences: {path: \(stimuli)/sentences.jsonl, window: 13, first: true, limit: 400}
        nonwords: {path: \(stimuli)/nonwords.jsonl, window: 13, first: true, limit: 400}
      window: 32
      studies:
      \(studies.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      """)
    try write("inputs.jsonl", #"{"id": "a", "task": "t", "prompt": "One day, Tom"}"#)
    try write(
      "forecast.yaml",
      """
      model: \(SharedHosts.path(of: name))
      inputs: inputs.jsonl
      continuation: {tokens: 4}
      mutations: {region: [8, 8]}
      forecast: {probes: 2}
      """)
  }

  /// The studies that ask something of images.
  private static let studiesOfImages = """
    model: HOST
    images:
      all: HOST/images.safetensors
      some: {path: HOST/images.safetensors, class: [NAMES]}
    studies:
      statistics: {texts: all}
      ablation: {statistics: some, evaluation: all, fractions: 3, seeds: 1}
      pruning: {forget: some, retain: all, importance: abs, percents: [0, 10], seeds: 1}
      coupling: {texts: some, ranks: [4], controls: [matched, shuffled], seeds: 1, draws: 2, tokens: 2}
      autoencoder: {training: all, evaluation: all, layer: 0, features: 16, steps: 4, batch: 8}

    """

  @Test(arguments: ["vit", "vit-timm", "vit-digits"]) func studiesOfImagesRun(_ name: String) throws {
    try Places.withTemporaryFolder { (folder) throws in
      let host = SharedHosts.path + "/" + name
      let classes = try HostShape.load(path: host).classNames ?? []
      let text = Self.studiesOfImages.replacing("HOST", with: host)
        .replacing("NAMES", with: classes.map { "\"\($0)\"" }.joined(separator: ", "))
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/studies.yaml"))
      for command in [
        ["plan", folder + "/studies.yaml", "--speed", "50"],
        ["study", folder + "/studies.yaml", "--output", folder + "/studies.h5"],
        ["report", folder + "/studies.h5", "--output", folder + "/page"],
        ["inspect", folder + "/studies.h5"],
      ] {
        let outcome = try Program.locus.run(command)
        #expect(outcome.status == 0, "\(command[0]) of \(name): \(outcome.errors.suffix(600))")
      }
    }
  }

  @Test(arguments: SharedHosts.decoders + SharedHosts.unlikeGGUFs.filter { $0 != "llama-k" } + ["qwen3-q8_0"])
  func everyStudyAndTheForecastRun(_ name: String) throws {
    try Places.withTemporaryFolder { (folder) throws in
      try prepare(name, in: folder)
      for command in [
        ["study", folder + "/studies.yaml", "--output", folder + "/studies.h5"],
        ["report", folder + "/studies.h5", "--output", folder + "/page"],
        ["forecast", folder + "/forecast.yaml", "--output", folder + "/forecast.h5"],
      ] {
        let outcome = try Program.locus.run(command)
        #expect(outcome.status == 0, "\(command[0]) of \(name): \(outcome.errors.suffix(600))")
      }
      try World.run { _ in
        let file = try StudyFile(path: folder + "/studies.h5")
        let left = hasMiddle(name) ? [] : ["realignment"]
        #expect(Set(file.studies + left) == Set(Studies.all.map { $0.name }))
      }
    }
  }
}
