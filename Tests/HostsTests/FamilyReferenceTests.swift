import Foundation
import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// A tiny model of each family against what transformers says of it, in the folder of shared hosts.
@Suite(.enabled(if: SharedHost.areThere, Comment(rawValue: SharedHost.absence)))
struct FamilyReferenceTests {
  /// Float32 differs from float64 by at most 2e-5 in these models; the wrong form of gelu makes 1e-3 and more.
  private static let tolerance: Float = 1e-4

  @Test(arguments: SharedHost.all)
  func lastLogitsAreThoseOfTheReference(_ host: SharedHost) throws {
    let (model, reference) = (try host.model(), try host.reference())
    for prompt in reference.prompts {
      let pass = ForwardPass(model: model, positionCount: prompt.tokens.count)
      let logits = Prefill([prompt.tokens], firstScored: [prompt.tokens.count - 1], pass: pass).logits().view.reading
      let difference = SharedHost.difference(logits, row: 0, from: prompt.logits)
      #expect(difference < Self.tolerance, "\(prompt.tokens.count) tokens: \(difference)")
    }
  }

  @Test(arguments: SharedHost.all)
  func continuationsAreThoseOfTheReference(_ host: SharedHost) throws {
    let (model, reference) = (try host.model(), try host.reference())
    for prompt in reference.prompts {
      let steps = prompt.continuation.count
      try #require(steps == 16)
      let pass = ForwardPass(model: model, positionCount: prompt.tokens.count + steps)
      let result = Generation(pass: pass, sampling: .greedy, stepCount: steps, endTokens: [])
        .continuation(of: prompt.tokens, input: 0)
      #expect(result.tokens == prompt.continuation)
      for (margin, expected) in zip(result.margins, prompt.margins) {
        #expect(abs(margin - expected) < 2 * Self.tolerance)
      }
    }
  }

  /// The stream as it enters each block and, last, as the final norm leaves it.
  @Test(arguments: SharedHost.all)
  func theStreamIsThatOfTheReference(_ host: SharedHost) throws {
    let (model, reference) = (try host.model(), try host.reference())
    let tokens = reference.prompts[reference.residual.prompt].tokens
    let (position, states) = (reference.residual.position, reference.residual.states)
    try #require(states.count == model.shape.layerCount + 1)
    let pass = ForwardPass(model: model, positionCount: tokens.count)
    for layer in 0..<model.shape.layerCount {
      let reader = try SiteReader(pass: pass, site: .residualBefore, layer: layer)
      let difference = SharedHost.difference(reader.activations(of: tokens), row: position, from: states[layer])
      #expect(difference < Self.tolerance, "before block \(layer): \(difference)")
    }
    let normed = Prefill([tokens], firstScored: [0], pass: pass).normed
    #expect(SharedHost.difference(normed, row: position, from: states[model.shape.layerCount]) < Self.tolerance)
  }

  /// An untrained host has the shape of the trained one, and norms and biases that do nothing.
  @Test(arguments: SharedHost.all)
  func untrainedHostsAreOfTheShape(_ host: SharedHost) throws {
    let trained = try host.model()
    let model = try Model.untrained(like: trained)
    #expect(model.shape.blocks.map(\.description) == trained.shape.blocks.map(\.description))
    let tokens: [Int32] = [20, 21, 22]
    let pass = ForwardPass(model: model, positionCount: tokens.count)
    let logits = Prefill([tokens], firstScored: [0], pass: pass).logits().view.reading
    #expect((0..<logits.columns).allSatisfy { logits[2, $0].isFinite })
    for way in [UntrainedWeights.Way.matched, .shuffled] {
      let other = try Model.untrained(like: trained, UntrainedWeights(seed: 1, way: way))
      #expect(other.finalNorm == trained.finalNorm)
      #expect(other.layers.map(\.norms) == trained.layers.map(\.norms))
    }
  }
}

/// A folder of a model with its reference.
struct SharedHost: CustomTestStringConvertible, Sendable {
  struct Prompt {
    let tokens: [Int32]
    let logits: [Float]
    let continuation: [Int32]
    let margins: [Float]
  }

  struct Reference {
    let prompts: [Prompt]
    let residual: (prompt: Int, position: Int, states: [[Float]])
  }

  private static let root = URL(fileURLWithPath: Places.root + "/../shared/hosts").standardizedFileURL.path
  static let areThere = FileManager.default.fileExists(atPath: root + "/README.md")
  static let absence = "skipped: the folder of shared hosts is not beside the package"

  /// Folders of decoders, which continue prompts.
  static let all: [SharedHost] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root).sorted()) ?? []
    return names.map(SharedHost.init).filter { host in
      FileManager.default.fileExists(atPath: host.path + "/config.json")
        && (try? host.document())?["task"] as? String == "causal"
    }
  }()

  let name: String

  var testDescription: String { name }
  var path: String { SharedHost.root + "/" + name }

  private func document() throws -> [String: Any] { try Places.object(path + "/reference.json") }

  func model() throws -> Model { try Model.load(path: path) }

  func reference() throws -> Reference {
    let document = try document()
    let prompts = (document["prompts"] as? [[String: Any]] ?? []).map { prompt in
      Prompt(
        tokens: prompt["tokens"].tokens, logits: prompt["last_logits"].floats, continuation: prompt["greedy"].tokens,
        margins: prompt["margin"].floats)
    }
    try #require(prompts.count == 3)
    let residual = try #require(document["residual"] as? [String: Any])
    return Reference(
      prompts: prompts,
      residual: (
        try #require(residual["prompt"] as? Int), try #require(residual["position"] as? Int),
        (residual["states"] as? [Any] ?? []).map { Optional($0).floats }
      ))
  }

  /// The largest difference of a row from a reference; infinite if a number is none, or one is missing.
  static func difference(_ rows: MatrixView, row: Int, from reference: [Float]) -> Float {
    guard reference.count == rows.columns else { return .infinity }
    return reference.indices.reduce(0) { largest, column in
      let difference = abs(rows[row, column] - reference[column])
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }
}
