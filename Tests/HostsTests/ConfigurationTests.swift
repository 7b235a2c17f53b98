import Foundation
import Hosts
import Testing
import TestSupport
import Transformer

@Suite struct ConfigurationTests {
  private let plain: [String: Any] = [
    "model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 100, "hidden_act": "silu",
  ]

  private func load(_ changes: [String: Any?]) throws -> GatedDecoder {
    try Places.withTemporaryFolder { folder in
      var document = plain
      for (key, value) in changes { document[key] = value }
      let data = try JSONSerialization.data(withJSONObject: document)
      try data.write(to: URL(fileURLWithPath: folder + "/config.json"))
      return try GatedDecoder.load(path: folder)
    }
  }

  private func refusal(_ changes: [String: Any?]) -> String {
    do {
      _ = try load(changes)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsAreThoseOfTheFamily() throws {
    let configuration = try load([:])
    #expect(configuration.keyValueHeadCount == 4)
    #expect(configuration.headSize == 16)
    #expect(!configuration.tiedHead && !configuration.inputBias)
    #expect(configuration.rowOrder == .halfSplit)
    #expect(configuration.rotary == RotaryScaling(base: 10_000, kind: .none))
  }

  @Test func readsTheVariants() throws {
    #expect(try load(["model_type": "mistral", "sliding_window": 32]).slidingWindow == 32)
    #expect(try load(["model_type": "llama", "sliding_window": 4096]).slidingWindow == 4096)
    #expect(try load(["model_type": "mistral"]).slidingWindow == 4096)
    #expect(try load(["model_type": "mistral", "sliding_window": NSNull()]).slidingWindow == nil)
    #expect(try load(["model_type": "mistral", "attention_bias": true]).inputBias == false)
    #expect(try load(["model_type": "qwen2", "attention_bias": false]).inputBias)
    let both: [String: Any?] = [
      "rope_scaling": ["type": "linear", "factor": 2.0], "rope_parameters": ["rope_type": "default"],
    ]
    #expect(try load(both).rotary.kind == .linear(factor: 2))
    #expect(try load(["attention_bias": true]).outputBias)
    #expect(try load(["mlp_bias": true]).feedForwardBias)
    #expect(try load(["hidden_act": "gelu"]).activation == .gelu)
    #expect(try load(["eos_token_id": [5, 6]]).endTokens == [5, 6])
    #expect(try load(["rope_scaling": ["type": "linear", "factor": 2.0]]).rotary.kind == .linear(factor: 2))
    let llama3: [String: Any] = [
      "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
      "original_max_position_embeddings": 8192,
    ]
    let scaled = try load(["rope_scaling": llama3, "rope_theta": 500_000.0]).rotary
    #expect(scaled.base == 500_000)
    // Wavelengths far below 8192 / 4 stay, those far above 8192 / 1 are stretched eightfold.
    let frequencies = scaled.frequencies(headSize: 128)
    let plainFrequencies = RotaryScaling(base: 500_000, kind: .none).frequencies(headSize: 128)
    #expect(frequencies[0] == plainFrequencies[0])
    #expect(abs(frequencies[63] * 8 / plainFrequencies[63] - 1) < 1e-12)
    #expect(frequencies.indices.allSatisfy { frequencies[$0] <= plainFrequencies[$0] })
  }

  @Test func refusesInWords() {
    #expect(refusal(["model_type": "mamba"]).contains("'mamba'"))
    #expect(refusal(["hidden_act": "mish"]).contains("'mish'"))
    #expect(refusal(["model_type": "mistral", "mlp_bias": true]).contains("mlp_bias"))
    #expect(refusal(["hidden_size": nil]).contains("'hidden_size' is missing"))
    #expect(refusal(["hidden_size": "wide"]).contains("'hidden_size' is 'wide' where a whole number belongs"))
    #expect(refusal(["num_hidden_layers": 0]).contains("num_hidden_layers is 0"))
    #expect(refusal(["num_attention_heads": 0]).contains("num_attention_heads is 0"))
    #expect(refusal(["hidden_size": -64]).contains("hidden_size is -64"))
    #expect(refusal(["vocab_size": 1 << 40]).contains("vocab_size"))
    #expect(refusal(["num_key_value_heads": 3]).contains("no multiple"))
    #expect(refusal(["head_dim": 15]).contains("odd"))
    #expect(refusal(["rope_scaling": ["type": "yarn", "factor": 2.0]]).contains("'yarn'"))
    #expect(refusal(["rope_scaling": ["type": "linear"]]).contains("factor"))
    let half = ["rope_type": "default", "partial_rotary_factor": 0.5] as [String: Any]
    #expect(refusal(["rope_parameters": half]).contains("partial_rotary_factor is 0.5"))
    let most = 1 << 24
    #expect(refusal(["hidden_size": most, "intermediate_size": most, "num_hidden_layers": 1 << 16]).contains("absurd"))
    for odd in [["hidden_act": "si\nlu"], ["rope_scaling": ["type": "ya\nrn"]], ["model_type": "a\nb"]]
      as [[String: Any]]
    {
      #expect(!refusal(odd).isEmpty && !refusal(odd).contains("\n"))
    }
    #expect(refusal(["num_hidden_layers": 65_537]).contains("num_hidden_layers 65537"))
    #expect(refusal(["rms_norm_eps": -1.0]).contains("rms_norm_eps"))
  }

  @Test func missingFilesAreNamed() throws {
    #expect(throws: HostsError.self) { try HostShape.load(path: "/nowhere/model") }
    try Places.withTemporaryFolder { folder in
      let error = #expect(throws: HostsError.self) { try GatedDecoder.load(path: folder) }
      #expect(error?.description.contains("config.json") == true)
      try Data("{ not json".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      let broken = #expect(throws: HostsError.self) { try GatedDecoder.load(path: folder) }
      #expect(broken?.description.contains("line 1: it is not JSON") == true)
    }
  }
}
