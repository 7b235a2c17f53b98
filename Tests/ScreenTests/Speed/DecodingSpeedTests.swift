import Screen
import Testing
import TestSupport
import Transformer

@Suite struct DecodingSpeedTests {
  /// A token of the demo model needs every matrix of its blocks and the head, once each.
  @Test func countsTheWeightsOfAToken() throws {
    let model = try Demo().model
    let speed = try #require(DecodingSpeed(model: model))
    let shape = model.shape
    let elements = Int(shape.matrixElements) + shape.vocabularyCount * shape.hiddenSize
    #expect(speed.weightBytes == model.head.weight.tensor.format.byteCount(of: elements))
    #expect(speed.tokensPerSecond > 0 && speed.tokensPerSecond.isFinite && speed.readBytesPerSecond > 0)
    #expect(speed.weightBytesPerSecond == speed.tokensPerSecond * Double(speed.weightBytes))
  }
}
