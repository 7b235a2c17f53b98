import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Activations that are seen at sites.
@Suite struct SiteTests {
  private func activations(_ demo: Demo, _ site: Site, layer: Int, _ tokens: [Int32]) throws -> [Float] {
    let pass = ForwardPass(model: demo.model, positionCount: tokens.count + 3)
    let reader = try SiteReader(pass: pass, site: site, layer: layer)
    // Another sequence before it leaves no trace.
    _ = reader.activations(of: Array(tokens.reversed().prefix(5)))
    let view = reader.activations(of: tokens)
    #expect(try view.rows == tokens.count && view.columns == demo.model.shape.width(at: site, layer: layer))
    return (0..<view.rows).flatMap { Array(UnsafeBufferPointer(start: view.row($0), count: view.columns)) }
  }

  @Test func theResidualStreamIsThatOfAWholePass() throws {
    let demo = try Demo()
    let tokens = demo.inputs[2].prompt + demo.inputs[2].continuation
    let last = demo.model.shape.layerCount - 1
    let whole = Prefill(
      [tokens], firstScored: [0], pass: ForwardPass(model: demo.model, positionCount: tokens.count)
    ).residual
    let seen = try activations(demo, .residualAfter, layer: last, tokens)
    #expect(seen == (0..<whole.rows).flatMap { Array(UnsafeBufferPointer(start: whole.row($0), count: whole.columns)) })
    for layer in 1...last {
      #expect(
        try activations(demo, .residualBefore, layer: layer, tokens)
          == activations(demo, .residualAfter, layer: layer - 1, tokens))
    }
    let hidden = demo.model.shape.hiddenSize
    var embedded = Array(repeating: Float(0), count: hidden)
    demo.model.embedding.widen(rows: Int(tokens[4])..<Int(tokens[4]) + 1, into: &embedded)
    #expect(try Array(activations(demo, .residualBefore, layer: 0, tokens)[4 * hidden..<5 * hidden]) == embedded)
  }

  /// What enters, what o adds to it, what down adds to that: to rounding.
  @Test func theSitesOfALayerFitTogether() throws {
    let demo = try Demo()
    let (tokens, layer) = (demo.inputs[0].prompt, 2)
    let hidden = demo.model.shape.hiddenSize
    func added(_ site: Site, _ matrix: WeightMatrix) throws -> [Double] {
      let input = try activations(demo, site, layer: layer, tokens)
      let weight = demo.model.layers[layer][matrix].weight
      var weights = Array(repeating: Float(0), count: weight.elementCount)
      weight.widen(rows: 0..<weight.rows, into: &weights)
      let width = weight.columns
      return tokens.indices.flatMap { token in
        (0..<hidden).map { output in
          (0..<width).reduce(0.0) { $0 + Double(input[token * width + $1]) * Double(weights[output * width + $1]) }
        }
      }
    }
    func close(_ one: [Double], _ other: [Float]) -> Bool {
      zip(one, other).allSatisfy { abs($0 - Double($1)) < 1e-4 * max(1, abs($0)) }
    }
    let middle = try activations(demo, .residualMiddle, layer: layer, tokens)
    let entering = try activations(demo, .residualBefore, layer: layer, tokens)
    #expect(try close(zip(entering, added(.attentionOutput, .o)).map { Double($0) + $1 }, middle))
    #expect(
      try close(
        zip(middle, added(.mlpHidden, .down)).map { Double($0) + $1 },
        activations(demo, .residualAfter, layer: layer, tokens)))
  }
}
