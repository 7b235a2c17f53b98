import Foundation
import Hosts
import Testing
import TestSupport
import Transformer
import Weights

/// Tiny vision transformers against what transformers and float64 say of them, in the folder of shared hosts.
@Suite(.enabled(if: SharedHosts.isThere, SharedHosts.absence)) struct ImageReferenceTests {
  static let hosts = ["vit", "vit-timm", "vit-digits"]
  /// Float32 differs from float64 by at most 2e-5 in these models; the wrong form of gelu makes 1e-3 and more.
  private let tolerance: Float = 1e-4

  private func images(of name: String) throws -> [Image] {
    let pixels = try SafetensorsFile(path: SharedHosts.path + "/\(name)/images.safetensors").tensor(
      named: "pixel_values")
    let size = ImageSize(channels: pixels.shape[1], height: pixels.shape[2], width: pixels.shape[3])
    return (0..<pixels.rows).map { row in
      var values = [Float](repeating: 0, count: size.valueCount)
      pixels.widen(rows: row..<row + 1, into: &values)
      return Image(size: size, values: values)
    }
  }

  @Test(arguments: hosts) func logitsAndChoicesAreThoseOfTheReference(_ name: String) throws {
    let model = try Model.load(path: SharedHosts.path + "/" + name)
    let reference = try Places.object(SharedHosts.path + "/\(name)/reference.json")["images"] as? [String: Any] ?? [:]
    let expected = (reference["logits"] as? [Any] ?? []).map { Optional($0).floats }
    let prompts = try images(of: name).map(Prompt.image)
    try #require(expected.count == prompts.count && !prompts.isEmpty)
    let count = model.shape.contextLength
    let pass = ForwardPass(model: model, positionCount: count)
    let last = prompts.map { _ in count - 1 }
    let logits = Prefill(prompts, firstScored: last, pass: pass).logits().view.reading
    var worst: Float = 0
    for row in 0..<logits.rows { worst = max(worst, SharedHost.difference(logits, row: row, from: expected[row])) }
    #expect(worst < tolerance)
    print("\(name): logits of \(prompts.count) images within \(worst) of the reference")
    let choices = Generation(pass: pass, sampling: .greedy, stepCount: 1, endTokens: [])
      .continuations(of: prompts, inputs: Array(prompts.indices))
    #expect(choices.flatMap(\.tokens) == reference["choice"].tokens)
  }

  /// The row of the class's token as it enters each block and, last, as the final norm leaves it.
  @Test(arguments: ["vit", "vit-timm"]) func theStreamIsThatOfTheReference(_ name: String) throws {
    let model = try Model.load(path: SharedHosts.path + "/" + name)
    let document = try Places.object(SharedHosts.path + "/\(name)/reference.json")
    let residual = try #require(document["residual"] as? [String: Any])
    let states = (residual["states"] as? [Any] ?? []).map { Optional($0).floats }
    try #require(states.count == model.shape.layerCount + 1)
    let prompt = Prompt.image(try images(of: name)[try #require(residual["image"] as? Int)])
    let count = model.shape.contextLength
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: count), capacity: count)
    tape.run([prompt], firstScored: [count - 1])
    for layer in 0..<model.shape.layerCount {
      #expect(SharedHost.difference(tape.stream(layer), row: count - 1, from: states[layer]) < tolerance)
    }
    let end = [tape.stream(model.shape.layerCount), tape.normed].map { rows in
      SharedHost.difference(rows, row: rows.rows - 1, from: states[model.shape.layerCount])
    }
    #expect((end.min() ?? .infinity) < tolerance)
  }
}
