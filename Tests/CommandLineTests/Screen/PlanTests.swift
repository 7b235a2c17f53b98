import Foundation
import Testing
import TestSupport

@Suite struct PlanTests {
  /// A model folder with nothing in it but a config.json.
  private func plan(
    _ architecture: [String: Any], _ options: [String] = [], region: String = "[64, 64]"
  ) throws -> Program.Outcome {
    try Places.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/model", withIntermediateDirectories: true)
      let data = try JSONSerialization.data(withJSONObject: architecture)
      try data.write(to: URL(fileURLWithPath: folder + "/model/config.json"))
      let input = #"{"id": "a", "task": "t", "prompt": "Once upon a time there was a region of a matrix."}"#
      try Data(input.utf8).write(to: URL(fileURLWithPath: folder + "/inputs.jsonl"))
      let configuration = "model: model\ninputs: inputs.jsonl\nmutations: {region: \(region)}\n"
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/plan.yaml"))
      return try Program.locus.run(["plan", folder + "/plan.yaml", "--speed", "100"] + options)
    }
  }

  private let llama2: [String: Any] = [
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "intermediate_size": 11008,
    "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32000,
    "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": false,
  ]

  @Test func countsThePublishedModels() throws {
    let llama = try plan(llama2)
    #expect(llama.status == 0, "\(llama.errors)")
    #expect(llama.output.contains("1,581,056 of 64 × 64") && llama.output.contains("4,743,168"), "\(llama.output)")
    let zephyr = try plan(
      llama2.merging([
        "model_type": "mistral", "intermediate_size": 14336, "num_key_value_heads": 8, "sliding_window": 4096,
        "rope_theta": 10000.0,
      ]) { $1 })
    #expect(zephyr.output.contains("1,703,936 of 64 × 64"), "\(zephyr.output)\(zephyr.errors)")
    #expect(zephyr.output.contains("sbatch ") && zephyr.output.contains("a token for four bytes"))
  }

  @Test func saysWhereRegionsAreCut() throws {
    let cut = try plan(llama2, region: "[4096, 8192]").output
    #expect(cut.contains("of 4096 × 8192, cut to the size of the matrix in q, k, v, o, gate, up\n"), "\(cut)")
    #expect(try !plan(llama2, region: "[all, 4096]").output.contains("cut to"))
  }

  @Test func requestsAreOptionsOfSbatch() throws {
    let whole = try plan(llama2, ["--request", "--cores-per-node", "32", "--hours", "5.5"])
    let found = try #require(
      whole.output.wholeMatch(of: /--nodes=(\d+) --ntasks-per-node=32 --cpus-per-task=1 --time=5:30:00\n/),
      "\(whole.output)\(whole.errors)")
    #expect(try #require(Int(found.1)) > 1)
    let array = try plan(llama2, ["--request", "--parts", "1000", "--hours", "200"])
    #expect(
      array.output.contains(/^--array=1-1000 --nodes=1 --ntasks-per-node=64 --cpus-per-task=1 --time=\d+:00:00\n$/),
      "\(array.output)\(array.errors)")
    #expect(try plan(llama2, ["--parts", "0"]).status == 2)
  }

  @Test func absurdSizesAreRefused() throws {
    let most = 1 << 24
    let weights = try plan(
      llama2.merging(["hidden_size": most, "intermediate_size": most, "num_hidden_layers": 1 << 16]) { $1 })
    #expect(weights.status == 2 && weights.complaints.count == 1 && weights.errors.contains("weights"), "\(weights)")
  }

  /// Many layers that are equal take no longer to count than few.
  @Test func manyLayersArePlanned() throws {
    let deep = try plan(
      llama2.merging([
        "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1 << 16, "num_attention_heads": 4,
        "num_key_value_heads": 1, "vocab_size": 300,
      ]) { $1 })
    #expect(deep.status == 0 && deep.output.contains("458,752 of 64 × 64"), "\(deep)")
  }

  @Test func everyConfigurationOfTheProjectPlans() throws {
    let folder = Places.root + "/configs"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
    #expect(files.contains("demo.yaml") && files.contains("demo-train.yaml"))
    let fetched = Places.root + "/.build/models/gemma-3-270m-q4_k_m.gguf"
    for file in files {
      let outcome = try Program.locus.run(["plan", folder + "/" + file, "--speed", "100"])
      // This one's model is no part of the project; without it the plan says what is missing.
      if file == "gemma-3-270m.yaml", !FileManager.default.fileExists(atPath: fetched) {
        #expect(outcome.status == 2 && outcome.errors.contains("gemma-3-270m-q4_k_m.gguf"), "\(outcome.errors)")
      } else {
        #expect(outcome.status == 0, "\(file): \(outcome.errors)")
      }
    }
    let demo = try Program.locus.run(["plan", folder + "/demo.yaml"])
    #expect(demo.output.contains(/\nhere +about .* on this machine, \d+ ranks\n/), "\(demo.output)")
    #expect(demo.output.contains("9,216") && demo.output.contains("3,072 of 16 × 16"), "\(demo.output)")
  }
}
