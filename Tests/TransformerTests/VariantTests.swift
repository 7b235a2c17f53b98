import Basics
import Foundation
import Hosts
import Testing
import TestSupport
import Transformer
import Weights

/// Models of every supported kind against Hugging Face transformers; Fixtures/make_variants.py makes them.
@Suite struct VariantTests {
  /// What transformers says of one prompt.
  private struct Prompt {
    let tokens: [Int32]
    /// The reference's logits, `[tokens][vocabulary]`.
    let logits: [[Float]]
    let continuation: [Int32]
    let smallestMargin: Float

    init(_ document: [String: Any]) {
      tokens = (document["tokens"] as Any?).tokens
      logits = (document["logits"] as? [Any] ?? []).map { Optional($0).floats }
      continuation = (document["continuation"] as Any?).tokens
      smallestMargin = Float(document["smallest_margin"] as? Double ?? .nan)
    }
  }

  /// One fixture, what its configuration must say, and the same with its special part left out.
  struct Variant: CustomTestStringConvertible, Sendable {
    let name: String
    let weightFiles: Int
    let format: NumberFormat
    let isAsNamed: @Sendable (GatedDecoder) -> Bool
    let spoil: @Sendable (inout GatedDecoder) -> Void
    /// What is said where the files themselves tell that they are of another model.
    var refusal: String?

    var testDescription: String { name }
    var folder: String { VariantTests.fixtures + "/" + name }
  }

  private static let fixtures =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"

  /// Float32 logits of these models are up to 6, and transformers' own differ by up to 1e-5 from its float64 ones
  /// (`float64_difference` in each reference.json): ten times that is left for another order of the sums.
  private static let tolerance: Float = 1e-4

  private static let variants = [
    Variant(
      name: "llama-untied", weightFiles: 1, format: .float16,
      isAsNamed: { !$0.tiedHead && $0.headSize * $0.headCount != $0.hiddenSize && $0.normEpsilon == 1e-2 },
      spoil: { $0.headSize *= 2 },
      refusal: "q_proj.weight' of '" + fixtures + "/llama-untied/model.safetensors': its shape is [32, 24]"),
    Variant(
      name: "llama3-rope", weightFiles: 1, format: .bfloat16,
      isAsNamed: {
        $0.rotary.kind
          == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 32)
      },
      spoil: { $0.rotary = RotaryScaling(base: $0.rotary.base, kind: .none) }),
    Variant(
      name: "linear-rope", weightFiles: 1, format: .float32,
      isAsNamed: { $0.rotary.kind == .linear(factor: 4) },
      spoil: { $0.rotary = RotaryScaling(base: $0.rotary.base, kind: .none) }),
    Variant(
      name: "mistral-window", weightFiles: 1, format: .bfloat16, isAsNamed: { $0.slidingWindow == 8 },
      spoil: { $0.slidingWindow = nil }),
    Variant(
      name: "qwen2", weightFiles: 1, format: .float32,
      isAsNamed: { $0.inputBias && !$0.outputBias && $0.tiedHead && $0.rotary.base == 1e6 },
      spoil: { $0.inputBias = false },
      refusal: "holds the tensor model.layers.0.self_attn.k_proj.bias, which the architecture that config.json names"),
    Variant(
      name: "llama-bias", weightFiles: 1, format: .float16, isAsNamed: { $0.inputBias && $0.outputBias },
      spoil: { $0.outputBias = false },
      refusal: "holds the tensor model.layers.0.self_attn.o_proj.bias, which the architecture that config.json names"),
    Variant(
      name: "llama-shards", weightFiles: 4, format: .bfloat16,
      isAsNamed: { $0.layerCount == 3 && $0.rotary == RotaryScaling(base: 500_000, kind: .none) },
      spoil: { $0.rotary = RotaryScaling(base: 10_000, kind: .none) }),
  ]

  private func prompts(_ variant: Variant) throws -> [Prompt] {
    let document = try Places.object(variant.folder + "/reference.json")
    let prompts = (document["prompts"] as? [[String: Any]] ?? []).map(Prompt.init)
    try #require(prompts.count == 2)
    return prompts
  }

  /// The largest difference from the reference at any position and token; infinite if a logit is not a number.
  private func largestDifference(_ model: Model, from prompt: Prompt) throws -> Float {
    let count = prompt.tokens.count
    let pass = ForwardPass(model: model, positionCount: count)
    let logits = Prefill([prompt.tokens], firstScored: [0], pass: pass).logits().view.reading
    try #require(prompt.logits.count == count && logits.rows == count)
    var largest: Float = 0
    for (row, reference) in prompt.logits.enumerated() {
      try #require(reference.count == logits.columns)
      for (token, value) in reference.enumerated() {
        let difference = abs(logits[row, token] - value)
        largest = difference.isNaN ? .infinity : max(largest, difference)
      }
    }
    return largest
  }

  @Test(arguments: variants)
  func weightsAreThoseOfTheReference(_ variant: Variant) throws {
    let document = try Places.object(variant.folder + "/reference.json")
    let hashes = try #require(document["sha256"] as? [String: String])
    let files = try FileManager.default.contentsOfDirectory(atPath: variant.folder)
      .filter { $0.hasSuffix(".safetensors") }
    #expect(files.count == variant.weightFiles)
    #expect(Set(files) == Set(hashes.keys))
    for (file, hash) in hashes {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: variant.folder + "/" + file))
      #expect(SHA256.hexadecimal(of: [UInt8](bytes)) == hash, "\(file)")
    }
  }

  @Test(arguments: variants)
  func configurationIsRead(_ variant: Variant) throws {
    let model = try Model.load(path: variant.folder)
    #expect(variant.isAsNamed(try GatedDecoder.load(path: variant.folder)))
    #expect(model.embedding.format == variant.format)
  }

  @Test(arguments: variants)
  func logitsEqualTheReference(_ variant: Variant) throws {
    let model = try Model.load(path: variant.folder)
    for prompt in try prompts(variant) {
      let difference = try largestDifference(model, from: prompt)
      #expect(difference < Self.tolerance, "\(prompt.tokens.count) tokens: \(difference)")
    }
  }

  @Test(arguments: variants)
  func continuationsEqualTheReference(_ variant: Variant) throws {
    let model = try Model.load(path: variant.folder)
    for prompt in try prompts(variant) {
      let steps = prompt.continuation.count
      try #require(steps == 12)
      let pass = ForwardPass(model: model, positionCount: prompt.tokens.count + steps)
      let generation = Generation(pass: pass, sampling: .greedy, stepCount: steps, endTokens: [])
      let result = generation.continuation(of: prompt.tokens, input: 0)
      #expect(result.tokens == prompt.continuation)
      // A margin is a difference of two logits.
      let margin = result.margins.min() ?? .nan
      #expect(abs(margin - prompt.smallestMargin) < 2 * Self.tolerance)
    }
  }

  /// A decoder that overlooks what a variant is about would be seen.
  @Test(arguments: variants)
  func leavingOutWhatIsSpecialShows(_ variant: Variant) throws {
    var configuration = try GatedDecoder.load(path: variant.folder)
    variant.spoil(&configuration)
    let checkpoint = try Checkpoint(path: variant.folder)
    if let refusal = variant.refusal {
      let error = #expect(throws: (any Error).self) {
        try Model(shape: configuration.shape, checkpoint: checkpoint)
      }
      let words = error.map { "\($0)" } ?? ""
      #expect(words.contains(refusal), "\(words)")
      return
    }
    let model = try Model(shape: configuration.shape, checkpoint: checkpoint)
    let difference = try prompts(variant).map { try largestDifference(model, from: $0) }.max() ?? .nan
    #expect(difference.isFinite)
    #expect(difference > 1000 * Self.tolerance)
  }
}
