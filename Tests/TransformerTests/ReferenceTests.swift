import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Logits and greedy continuations of independent implementations.
@Suite struct ReferenceTests {
  /// Float32 sums of a few hundred terms of order one differ by about 1e-5 between implementations.
  private let logitTolerance: Float = 1e-4

  private func logits(_ model: Model, _ tokens: [Int32]) -> Matrix {
    let pass = ForwardPass(model: model, positionCount: tokens.count)
    return Prefill([tokens], firstScored: [0], pass: pass).logits()
  }

  private func largestDifference(_ logits: MatrixView, row: Int, from reference: [Float]) -> Float {
    #expect(reference.count == logits.columns)
    return reference.indices.reduce(0) { max($0, abs(logits[row, $1] - reference[$1])) }
  }

  @Test func demoContinuesAsTheReference() throws {
    let demo = try Demo()
    #expect(demo.inputs.count == 48)
    let longest = demo.inputs.map(\.prompt.count).max() ?? 0
    let generation = Generation(
      pass: ForwardPass(model: demo.model, positionCount: longest + 32), sampling: .greedy, stepCount: 32, endTokens: []
    )
    for (index, input) in demo.inputs.enumerated() {
      let result = generation.continuation(of: input.prompt, input: index)
      #expect(result.tokens == input.continuation, "\(input.id)")
      let margin = result.margins.min() ?? .nan
      #expect(abs(margin - input.smallestMargin) < logitTolerance, "\(input.id)")
    }
  }

  @Test func demoLogitsEqualTheReference() throws {
    let demo = try Demo()
    #expect(demo.promptEndLogits.count == 4)
    for input in demo.inputs {
      guard let reference = demo.promptEndLogits[input.id] else { continue }
      let difference = largestDifference(
        logits(demo.model, input.prompt).view.reading, row: input.prompt.count - 1, from: reference)
      #expect(difference < logitTolerance, "\(input.id): \(difference)")
    }
  }

  private static let files: [(model: String, reference: String)] = [
    ("stories260K/stories260K.bin", "stories260K"), ("stories260K/stories260K-v1.bin", "stories260K"),
    ("derived-stories260K-hf", "stories260K"), ("babyllama-tok105/model5000.bin", "babyllama-tok105"),
    ("llama2xs-tok512/model.bin", "llama2xs-tok512"),
  ]

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)), arguments: files)
  func trainedModelsContinueAsTheReference(model path: String, reference name: String) throws {
    let model = try Model.load(path: Places.sharedData + "/" + path)
    let document = try Places.object(Places.sharedData + "/\(name)/reference-greedy.json")
    let file = path.hasSuffix("-v1.bin") ? "stories260K-v1.bin" : "stories260K.bin"
    let references = try #require(document["references"] as? [[String: Any]])
    let reference = try #require(references.first { $0["file"] as? String == file } ?? references.first)
    let prompt = reference["prompt_ids"].tokens
    let ids = reference["greedy_ids"].tokens
    let generation = Generation(
      pass: ForwardPass(model: model, positionCount: ids.count + 1), sampling: .greedy,
      stepCount: ids.count - prompt.count, endTokens: [])
    #expect(generation.continuation(of: prompt, input: 0).tokens == Array(ids.dropFirst(prompt.count)))
    let logits = logits(model, prompt).view.reading
    // The reference gives logits for one file of each set of weights.
    for (row, key) in [(0, "prompt_logits_first_position"), (prompt.count - 1, "prompt_logits_last_position")] {
      guard let values = (reference[key] ?? references[0][key]) as? [Double] else { continue }
      let difference = largestDifference(logits, row: row, from: values.map(Float.init))
      #expect(difference < logitTolerance, "\(key): \(difference)")
    }
  }
}
