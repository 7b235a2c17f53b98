import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer
import Weights

/// Models out of GGUF files: what they compute, and which are refused.
@Suite struct GGUFModelTests {
  /// Float32 differs from float64 by at most 2e-5 in these models; the wrong form of gelu makes 1e-3 and more.
  private static let tolerance: Float = 1e-4

  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence), arguments: SharedHosts.ggufs)
  func computesWhatTheReferenceSays(_ folder: String) throws {
    let model = try Model.load(path: SharedHosts.model(folder))
    let reference = try Places.object(SharedHosts.path + "/gguf/\(folder)/reference.json")
    let prompts = try #require(reference["prompts"] as? [[String: Any]])
    for prompt in prompts {
      let (tokens, expected) = (prompt["tokens"].tokens, prompt["greedy"].tokens)
      let pass = ForwardPass(model: model, positionCount: tokens.count + expected.count)
      let logits = Prefill([tokens], firstScored: [tokens.count - 1], pass: pass).logits().view.reading
      let wanted = prompt["last_logits"].floats
      let difference = wanted.indices.map { abs(logits[0, $0] - wanted[$0]) }.max() ?? .nan
      #expect(difference < Self.tolerance, "\(tokens.count) tokens: \(difference)")
      let result = Generation(pass: pass, sampling: .greedy, stepCount: expected.count, endTokens: [])
        .continuation(of: tokens, input: 0)
      #expect(result.tokens == expected, "\(tokens.count) tokens")
    }
  }

  @Test func readsTheShapeOfALlama() throws {
    let shape = try shape(of: tinyLlama())
    #expect(shape.layerCount == 1 && shape.hiddenSize == 32 && shape.vocabularyCount == 8 && shape.tiedHead)
    #expect(shape.rowOrder == .interleaved && shape.contextLength == 64)
    #expect(shape.beginToken == 1 && shape.endTokens == [2])
    #expect(shape.attention?.headCount == 4 && shape.attention?.keyValueHeadCount == 2)
    #expect(shape.rotation?.rotary == RotaryScaling(base: 10_000, kind: .none))
  }

  @Test func dividesFrequenciesByTheTensor() throws {
    var writer = tinyLlama()
    writer.tensors.append(.init("rope_freqs.weight", [4], [1, 2, 4, 8]))
    let frequencies = try #require(try shape(of: writer).rotation?.rotary.frequencies(headSize: 8, length: 99))
    for (pair, frequency) in frequencies.enumerated() {
      #expect(abs(frequency * pow(10_000, Double(pair) / 4) * pow(2, Double(pair)) - 1) < 1e-12)
    }
    writer.tensors.removeLast()
    writer.tensors.append(.init("rope_freqs.weight", [3], [1, 2, 4]))
    #expect(try refusal(writer).contains("rope_freqs.weight"))
  }

  @Test func refusesWhatItWouldComputeOtherwise() throws {
    func sentence(_ change: (inout GGUFWriter) -> Void) throws -> String {
      var writer = tinyLlama()
      change(&writer)
      return try refusal(writer)
    }
    func set(_ key: String, _ value: GGUFWriter.Value) throws -> String {
      try sentence { writer in
        writer.metadata.removeAll { $0.key == key }
        writer.metadata.append((key, value))
      }
    }
    let unknown = try set("general.architecture", .text("mamba"))
    #expect(unknown.contains("'mamba'") && unknown.contains("llama, qwen2"))
    #expect(try sentence { $0.metadata.removeAll { $0.key == "general.architecture" } }.contains("no general.arch"))
    #expect(try sentence { $0.metadata.removeAll { $0.key.hasSuffix("head_count") } }.contains("attention.head_count"))
    #expect(try set("llama.expert_count", .number(8)).contains("mixture of experts"))
    #expect(try set("llama.attention.value_length", .number(4)).contains("attention.value_length"))
    #expect(try set("llama.rope.scaling.type", .text("yarn")).contains("yarn"))
    #expect(try set("llama.rope.dimension_count", .number(4)).contains("partial_rotary_factor"))
    #expect(try set("llama.embedding_length", .number(0)).contains("llama.embedding_length"))
    #expect(try set("llama.block_count", .text("one")).contains("llama.block_count"))
    #expect(try sentence { $0.tensors.removeFirst() }.contains("token_embd.weight"))
  }

  private func refusal(_ writer: GGUFWriter) throws -> String {
    do {
      _ = try shape(of: writer)
    } catch let error as HostsError {
      return error.description
    } catch let error as WeightsError {
      return error.description
    }
    Issue.record("nothing was thrown")
    return ""
  }

  private func shape(of writer: GGUFWriter) throws -> HostShape {
    try Places.withTemporaryFolder { folder in
      try writer.write(folder + "/model.gguf")
      return try HostShape.load(path: folder + "/model.gguf")
    }
  }

  /// What the reader of a shape needs of a small Llama; its matrices are left out.
  private func tinyLlama() -> GGUFWriter {
    var writer = GGUFWriter()
    writer.metadata = [
      ("general.architecture", .text("llama")), ("llama.embedding_length", .number(32)),
      ("llama.feed_forward_length", .number(48)), ("llama.block_count", .number(1)),
      ("llama.context_length", .number(64)), ("llama.attention.head_count", .number(4)),
      ("llama.attention.head_count_kv", .number(2)), ("llama.attention.layer_norm_rms_epsilon", .float(1e-5)),
      ("tokenizer.ggml.model", .text("llama")), ("tokenizer.ggml.bos_token_id", .number(1)),
      ("tokenizer.ggml.eos_token_id", .number(2)),
    ]
    writer.tensors = [.init("token_embd.weight", [8, 32], [Float](repeating: 0.5, count: 256))]
    return writer
  }
}
