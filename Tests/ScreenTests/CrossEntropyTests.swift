import Foundation
import LinearAlgebra
import Testing
import TestSupport
import Tokenizers
import Transformer

/// Tokenizer and decoder together, on text that the demo model has not seen: the mean cross-entropy of an independent
/// implementation is in the reference.
@Suite struct CrossEntropyTests {
  /// The reference's runs have this many tokens, each run after one begin token.
  private let runLength = 255

  @Test func demoModelReadsAsTheReference() throws {
    let demo = try Demo()
    let tokenizer = try TokenizerFile.load(Demo.modelPath)
    let begin = try #require(tokenizer.beginToken)
    let reference = try Places.object(Places.demo + "/reference.json")
    let tasks = try #require(reference["text_cross_entropy"] as? [String: [String: Any]])
    #expect(tasks.count == 8)
    let pass = ForwardPass(model: demo.model, positionCount: runLength + 1)
    for (task, expected) in tasks.sorted(by: { $0.key < $1.key }) {
      let text = try String(contentsOf: URL(fileURLWithPath: Places.demo + "/text/\(task).txt"), encoding: .utf8)
      let tokens = try Array(tokenizer.encode(text).dropFirst())
      #expect(tokens.count == expected["tokens"] as? Int, "\(task)")
      var sum = 0.0
      for start in stride(from: 0, to: tokens.count, by: runLength) {
        let run = tokens[start..<min(start + runLength, tokens.count)]
        sum += negativeLogLikelihood(of: Array(run), after: begin, pass: pass)
      }
      let mean = sum / Double(tokens.count)
      let difference = abs(mean - (expected["mean_cross_entropy"] as? Double ?? .nan))
      // Logits differ by about 1e-5; a mean over thousands of tokens by less.
      #expect(difference < 1e-5, "\(task): \(mean)")
    }
  }

  /// Nats of all tokens of a run.
  private func negativeLogLikelihood(of run: [Int32], after begin: Int32, pass: ForwardPass) -> Double {
    let sequence = [begin] + run.dropLast()
    let logits = Prefill([sequence], firstScored: [0], pass: pass).logits()
    return run.enumerated().reduce(0) { sum, element in
      let row = (0..<logits.columns).map { Double(logits.view[element.offset, $0]) }
      let top = row.max() ?? 0
      let logSum = top + log(row.reduce(0) { $0 + exp($1 - top) })
      return sum + logSum - row[Int(element.element)]
    }
  }
}
