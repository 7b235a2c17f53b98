import Foundation
import MessagePassing
import Studies
import Testing
import TestSupport

/// Whole runs of all studies of images on any number of ranks, which stop and go on, and what is refused.
@Suite(.serialized) struct ImageStudyRanksTests {
  private static let images = """
    images:
      all: images.safetensors
      cats: {path: images.safetensors, class: cat}
      dogs: {path: images.safetensors, class: [dog]}
      rest: {path: images.safetensors, skip: 1, limit: 2}
    """
  private static let studies = """
      statistics: {texts: all}
      ablation: {statistics: [cats, dogs], evaluation: all, fractions: 3, seeds: 2}
      pruning: {forget: cats, retain: dogs, importance: abs, percents: [0, 10], seeds: 2, step: 10, until: 20,
        iterative: true}
      modularity: {tasks: [cats, dogs], evaluation: {cats: cats, dogs: dogs}, percents: [10], clusters: 4,
        seeds: 1, draws: 99, deals: 2, goals: [50]}
      coupling: {texts: rest, ranks: [4], controls: [matched], seeds: 1, draws: 2, tokens: 2}
      autoencoder: {training: all, evaluation: rest, layer: 1, features: 16, steps: 4, batch: 16}
    """

  /// Writes a model, images and a configuration. Collective.
  private func prepare(_ bench: StudyBench) throws {
    let folder = bench.folder
    if bench.world.rank == 0 {
      try TinyImageHost().write(to: folder.path("model"))
      try TinyImageHost.write(TinyImageHost.images(12), to: folder.path("images.safetensors"))
    }
    try bench.write("c.yaml", "model: model\n\(Self.images)\nstudies:\n\(Self.studies)\n")
  }

  @Test func fileIsTheSameForAnyRanksAndInterruptions() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = StudyBench(folder, world)
      try prepare(bench)
      var starts = 0
      while try bench.run("c.yaml", output: "out.h5", pieces: starts < 4 ? 9 : .max) != nil { starts += 1 }
      #expect(starts == 4)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      #expect(try StudyBench(folder, alone).run("c.yaml", output: "alone-\(world.rank).h5") == nil)
      try alone.free()
      for study in ["statistics", "ablation", "pruning", "modularity", "coupling", "autoencoder"] {
        let spellings = try ["out.h5", "alone-\(world.rank).h5"].map { try bench.group(study, $0).spelling }
        #expect(spellings[0] == spellings[1], "\(study)")
      }
      // Four images of each class, of which two are in the rest; no token begins an image.
      #expect(try bench.reader("statistics", "out.h5").counts("positions", "whole") == [12 * 7])
      let coupling = try bench.reader("coupling", "out.h5")
      #expect(try coupling.texts("prompt_text", "prompt") == ["cat", "dog", "owl", "cat", "dog", "owl"])
      #expect(try coupling.counts("position", "prompt", "token") == Array(repeating: [5, 6], count: 6).flatMap { $0 })
    }
  }

  // MARK: Refusals

  private func refusal(_ configuration: String) throws -> String {
    try Places.withTemporaryFolder { folder in
      try TinyImageHost().write(to: folder + "/model")
      try TinyImageHost.write(TinyImageHost.images(6), to: folder + "/images.safetensors")
      try Data(#"{"before": "a\n", "after": "b"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/p.jsonl"))
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/c.yaml"))
      do {
        _ = try PreparedStudies(configurationPath: folder + "/c.yaml")
        return "prepared"
      } catch {
        return "\(error)".replacing(folder + "/", with: "")
      }
    }
  }

  @Test(arguments: [
    (
      "patching: {paragraphs: p.jsonl, conditions: [full, transferred], generated: none}",
      "patching: the model classifies images, and paragraphs follow each other in "
        + "texts alone; leave patching out, or take a language model"
    ),
    (
      "localizer: {conditions: {A: cats, B: dogs}, contrast: [A, B]}",
      "localizer: the model classifies images, and "
        + "units that answer to language answer to texts alone; leave localizer out, or take a language model"
    ),
    (
      "diversity: {texts: all, prompts: [a]}",
      "diversity: the model classifies images, and it says nothing behind a "
        + "prompt whose variety could be measured; leave diversity out, or take a language model"
    ),
    (
      "realignment: {styles: {a: {training: p.jsonl, evaluation: p.jsonl}}, width: 4, prompts: [a]}",
      "realignment: the model classifies images, and the style of what a model writes is one of texts alone; leave "
        + "realignment out, or take a language model"
    ),
    (
      "coupling: {prompts: [a]}",
      "coupling.prompts: the model classifies images; name sets of them with texts in the place of prompts"
    ),
    (
      "ablation: {statistics: cats, evaluation: dogs, resample: ids}",
      "ablation.resample: the model classifies images; name a set of them, whose first one is taken"
    ),
    (
      "statistics: {texts: cat}", "statistics.texts: no set of images is named 'cat'; did you mean cats?"
    ),
  ])
  func studiesThatAskNothingOfImages(_ section: String, _ sentence: String) throws {
    #expect(
      try refusal("model: model\n\(Self.images)\nstudies:\n  \(section)\n")
        == "c.yaml: line 8: studies." + sentence)
  }

  @Test(arguments: [
    (
      "texts: {a: p.txt}", "statistics: {texts: a}",
      "c.yaml: line 2: texts: the model classifies images; name sets of "
        + "them under images, such as {digits: digits.safetensors}, and leave texts out"
    ),
    (
      "images: {a: images.safetensors}\nwindow: 8", "statistics: {texts: a}",
      "c.yaml: line 3: window: the model "
        + "classifies images; name sets of them under images, such as {digits: digits.safetensors}, "
        + "and leave window out"
    ),
    (
      "images: {a: {path: images.safetensors, class: cow}}", "statistics: {texts: a}",
      "c.yaml: line 2: images.a: 'cow' "
        + "is no class of the model; locus inspect of the model lists its classes"
    ),
    (
      "images: {a: {path: images.safetensors, skip: 2}}", "statistics: {texts: a}",
      "images.safetensors: no image there is one of those asked for; take others, or add some"
    ),
    (
      "images: {a: {path: images.safetensors, window: 8}}", "statistics: {texts: a}",
      "c.yaml: line 2: 'images.a.window' is not a key; the keys here are path, class, skip, limit"
    ),
  ])
  func setsOfImagesThatAreNone(_ sets: String, _ section: String, _ sentence: String) throws {
    #expect(try refusal("model: model\n\(sets)\nstudies: {\(section)}\n") == sentence)
  }

  @Test func imagesOfALanguageModel() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/c.yaml"
      let text = "model: \(Demo.modelPath)\nimages: {a: images.safetensors}\nstudies: {statistics: {texts: a}}\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: (any Error).self) { try PreparedStudies(configurationPath: path) }
      #expect(
        "\(try #require(error))"
          == "\(path): line 2: images: the model reads texts; name some under texts in their place")
    }
  }
}
