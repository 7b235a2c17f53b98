import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Frequencies that depend on the length of a text, against transformers; Fixtures/make_longrope.py makes the model.
/// Its three prompts stay within the first context, go beyond it, and cross its end with their continuations.
@Suite struct LongRopeTests {
  private static let folder = DerivativeVariant.fixtures + "/phi3-longrope"
  private static let tolerance: Float = 1e-4

  private struct Prompt {
    let tokens: [Int32]
    let logits: [[Float]]
    let continuation: [Int32]

    init(_ document: [String: Any]) {
      tokens = document["tokens"].tokens
      logits = (document["logits"] as? [Any] ?? []).map { Optional($0).floats }
      continuation = document["continuation"].tokens
    }

    /// The positions of the text at the end.
    var wholeLength: Int { tokens.count + continuation.count - 1 }

    /// The largest difference of some rows of logits from the reference.
    func difference(_ rows: MatrixView) -> Float {
      var largest: Float = rows.rows == logits.count ? 0 : .infinity
      for (row, reference) in logits.enumerated() where row < rows.rows {
        for (token, value) in reference.enumerated() { largest = max(largest, abs(rows[row, token] - value)) }
      }
      return largest
    }
  }

  private func prompts() throws -> [Prompt] {
    let document = try Places.object(Self.folder + "/reference.json")
    let prompts = (document["prompts"] as? [[String: Any]] ?? []).map(Prompt.init)
    try #require(prompts.map(\.wholeLength) == [12, 47, 15])
    return prompts
  }

  /// All in one panel, each with the angles of its own length.
  @Test func logitsEqualTheReference() throws {
    let model = try Model.load(path: Self.folder)
    #expect(model.shape.firstContext == 12 && model.shape.contextLength == 96)
    let (prompts, pass) = (try prompts(), ForwardPass(model: model, positionCount: 60))
    let run = Prefill(
      prompts.map(\.tokens).map(Transformer.Prompt.tokens), firstScored: [0, 0, 0],
      wholeLengths: prompts.map(\.wholeLength), pass: pass
    ).logits()
    var row = 0
    for prompt in prompts {
      let rows = run[rows: row..<row + prompt.tokens.count].reading
      #expect(prompt.difference(rows) < Self.tolerance)
      row += prompt.tokens.count
    }
    // Taken for a whole text, the prompt that crosses the end has other angles, and other logits.
    let alone = Prefill([prompts[2].tokens], firstScored: [0], pass: pass).logits().view.reading
    #expect(prompts[2].difference(alone) > 100 * Self.tolerance)
  }

  @Test func continuationsEqualTheReference() throws {
    let (model, prompts) = (try Model.load(path: Self.folder), try prompts())
    let pass = ForwardPass(model: model, positionCount: 60)
    let generation = Generation(pass: pass, sampling: .greedy, stepCount: 8, endTokens: [])
    let together = generation.continuations(of: prompts.map(\.tokens), inputs: [0, 1, 2])
    #expect(together.map(\.tokens) == prompts.map(\.continuation))
    for (prompt, result) in zip(prompts, together) {
      #expect(generation.continuation(of: prompt.tokens, input: 0) == result)
    }
  }
}
