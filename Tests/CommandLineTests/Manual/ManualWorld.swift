import Foundation
import TestSupport

/// A small file of each kind that the program writes, so that together they have every group that there is.
struct ManualWorld {
  let folder: String

  /// Writes all files. Takes some seconds.
  init(_ folder: String) throws {
    self.folder = folder
    try write("inputs.jsonl", ManualWorld.inputs)
    try write("paragraphs.jsonl", ManualWorld.paragraphs)
    try write("rows.jsonl", "{\"text\": \"One day, Mia.\"}\n{\"text\": \"Rosa had it.\"}\n")
    try write("vectors.json", ManualWorld.vectors)
    try write("relations.txt", ManualWorld.relations)
    try write("studies.yaml", ManualWorld.studies)
    for (name, rest) in ManualWorld.screens {
      try write(
        "\(name).yaml", "model: \(Demo.modelPath)\ninputs: inputs.jsonl\ncontinuation: {tokens: 6}\n\(rest)\n")
    }
    for command in ManualWorld.commands { try run(command) }
  }

  /// The files that were written, whatever they are of.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".h5") }.sorted()
      .map { "\(folder)/\($0)" }
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Runs a command whose words that begin with @ are files of the folder.
  private func run(_ command: String) throws {
    let words = command.split(separator: " ").map { word in
      word.hasPrefix("@") ? "\(folder)/\(word.dropFirst())" : String(word)
    }
    let outcome = try Program.locus.run(words)
    guard outcome.status == 0 else { throw Unfinished(command: command, errors: outcome.errors) }
  }

  private struct Unfinished: Error {
    let command: String
    let errors: String
  }

  // MARK: What is run

  /// In an order in which each finds the files that it reads; a word that begins with @ is a file of the folder.
  private static let commands = [
    "study @studies.yaml --output @studies.h5",
    "forecast @forecast.yaml --output @forecast.h5",
    "screen @uncertain.yaml --output @uncertain.h5",
    "screen @components.yaml --output @components.h5",
    "analyze @components.h5",
    "screen @components.yaml --part 1/2 --output @part.h5",
    "screen @edits.yaml --output @edits.h5",
    "screen @screen.yaml --output @screen.h5",
    "screen @pairs.yaml --output @pairs.h5",
    "analyze @pairs.h5",
    "analyze @screen.h5 --model \(Demo.modelPath)",
    "geometry @screen.h5 --clusters 2 --affinity phi",
    "geometry @vectors.json --relations @relations.txt --clusters 2",
    "geometry --model \(Demo.modelPath) --sae @autoencoder-topk-2.safetensors --layer 0 --hook res_post"
      + " --text \(Places.demo)/text/story.txt --block 64 --threshold 0 --keep-firings @firings.h5 --clusters 2"
      + " --output @features.analysis.h5",
    "atlas @screen.h5 @studies.h5 @forecast.h5 --output @atlas.h5",
  ]

  private static let screens = [
    (
      "screen",
      """
      mutations: {region: [64, 64], matrices: [o, down], layers: [3], kinds: [maximum, minimum, noise: 0.5, signed]}
      record: {text_strings: true}
      """
    ),
    ("forecast", "mutations: {region: [64, 64], layers: [3]}\nforecast: {probes: 2, sizes: none}"),
    (
      "uncertain",
      "mutations: {region: [64, 64], layers: [3], forecast: {from: forecast.h5, share: 0.1, control: 4}}"
    ),
    ("pairs", "mutations: {pairs: {from: screen.h5, top: 4}}"),
    ("components", "mutations: {layers: [3], components: {count: 4, kinds: [zero, scale: 2]}}"),
    (
      "edits",
      """
      masks: [pruned.json]
      mutations: {layers: [3], edits: {sites: [mlp_pre_out], block: 96, values: [zero, mean, peak], from: studies.h5}}
      """
    ),
  ]

  private static let inputs = """
    {"id": "cuba", "task": "facts", "prompt": "In Cuba, the capital is"}
    {"id": "austria", "task": "facts", "prompt": "The main city of Austria is", "answer": "Vienna"}
    {"id": "sum", "task": "arithmetic", "prompt": "91 - 17 ="}
    {"id": "toy", "task": "choice", "prompt": "Question: Which one is a toy? A) black B) house C) bell Answer:", \
    "choices": ["black", "house", "bell"], "answer": "C"}

    """

  private static let paragraphs = """
    {"before": "The duck\\n", "after": "My wall."}
    {"before": "The bird\\n", "after": "My sea."}

    """
}
