import Archive
import Forecast
import Foundation
import Hosts
import MessagePassing
import Perturbations
import Runs
import Screen
import TestSupport
import Transformer

/// A tiny host in a folder, and forecasts of it.
struct TinyForecast {
  static let (hidden, inner, vocabulary) = (16, 24, 20)

  let folder: String

  /// A `config.json` of each family that is tried: a Llama, a Gemma 2 with low caps, a GPT-2 and a GPT-NeoX without
  /// gates.
  static func configuration(_ family: String) -> [String: Any] {
    var sizes: [String: Any] = [
      "hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": 2, "num_attention_heads": 2,
      "max_position_embeddings": 64,
    ]
    switch family {
    case "gemma2":
      sizes["num_key_value_heads"] = 1
      sizes["head_dim"] = 8
      sizes["query_pre_attn_scalar"] = 8
      sizes["attn_logit_softcapping"] = 3
      sizes["final_logit_softcapping"] = 2
    case "gpt2": sizes = ["n_embd": hidden, "n_inner": inner, "n_layer": 2, "n_head": 2, "n_positions": 64]
    case "gpt_neox": break
    default:
      sizes["num_key_value_heads"] = 1
      sizes["tie_word_embeddings"] = false
    }
    return sizes.merging(["model_type": family, "vocab_size": vocabulary, "bos_token_id": 0]) { $1 }
  }

  /// Writes a host of two layers with random weights, which `change` may change by name, and two prompts as tokens.
  init(
    folder: String, family: String = "llama", change: (_ name: String, _ values: inout [Float]) -> Void = { _, _ in }
  ) throws {
    self.folder = folder
    let configuration = Self.configuration(family)
    try JSONSerialization.data(withJSONObject: configuration).write(to: URL(fileURLWithPath: folder + "/config.json"))
    let shapes = Model.tensorShapes(try HostShape.load(path: folder))
    try TensorWriter.write(
      folder + "/model.safetensors",
      shapes.enumerated().map { place, tensor in
        let count = tensor.shape.reduce(1, *)
        var values = TensorWriter.numbers(count, seed: UInt64(place + 1)).map { $0 * 0.6 }
        if tensor.shape.count == 1 { values = values.map { 1 + 0.3 * $0 } }
        change(tensor.name, &values)
        return .init(tensor.name, tensor.shape, values)
      })
    let inputs = """
      {"id": "a", "task": "t", "tokens": [0, 3, 17, 5, 9]}
      {"id": "b", "task": "t", "tokens": [0, 11, 2, 2, 8, 14, 6, 1]}

      """
    try Data(inputs.utf8).write(to: URL(fileURLWithPath: folder + "/inputs.jsonl"))
  }

  /// Writes a configuration of this host; returns its path.
  func write(_ mutations: String, forecast: String = "{probes: 3}", steps: Int = 4, rest: String = "") throws -> String
  {
    let text = """
      model: \(folder)
      inputs: \(folder)/inputs.jsonl
      continuation: {tokens: \(steps), seed: 5\(rest)}
      mutations: \(mutations)
      forecast: \(forecast)

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/forecast.yaml"))
    return folder + "/forecast.yaml"
  }

  /// Runs a configuration alone and hands its file to `body`.
  func run<Result>(
    _ configuration: String, _ body: (borrowing ForecastFile) throws -> Result
  ) throws -> Result {
    try World.run { world in
      guard let alone = try world.split(color: world.rank, key: 0) else { preconditionFailure("a rank alone") }
      let output = folder + "/forecast.h5"
      _ = try Self.run(configuration, output: output, communicator: alone)
      try alone.free()
      let file = try ForecastFile(path: output)
      let result = try body(file)
      try file.close()
      try FileManager.default.removeItem(atPath: output)
      return result
    }
  }

  /// A start of the run of a configuration into `output`; it stops where `stopping` says so.
  @discardableResult
  static func run(
    _ configuration: String, output: String, stopping: StoppingRule = StoppingRule(), communicator: Communicator
  ) throws -> ForecastRun.Summary {
    let screen = try PreparedScreen.load(configurationPath: configuration, communicator: communicator)
    let prepared = try PreparedForecast(screen)
    let place = try RunOutput.open(
      path: output, communicator: communicator, conditions: { try prepared.conditions() },
      findsResult: { try ForecastOutput.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    settings.checkpointInterval = .zero
    settings.stopping = stopping
    return try ForecastRun(prepared, output: place, settings: settings, communicator: communicator).run { _ in }
  }

  /// What the mutants of a plan do by brute force, `[mutation, input]`.
  static func exact(_ screen: PreparedScreen) throws -> (divergence: [Float], lossChange: [Float]) {
    let generation = screen.makeGeneration(threads: 1)
    let prompts = screen.inputs.map(\.tokens)
    let baselines = try Baseline.make(
      prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: false)
    let evaluator = UnitEvaluator(
      plan: screen.plan, generation: generation,
      recording: RecordedColumns(text: false, divergence: true, direction: .none), baselines: baselines,
      letters: prompts.map { _ in [] }, panelRows: 512, decodedSequences: 0, seed: screen.configuration.seed)
    let units = try screen.plan.units.map { try evaluator.evaluate($0) }
    return (units.flatMap(\.divergence), units.flatMap(\.logPerplexityChange))
  }
}
