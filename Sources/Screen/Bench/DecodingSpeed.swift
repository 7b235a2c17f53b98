import Runs
import Transformer

/// How fast one thread writes one sequence, greedily: every token needs every weight once, so memory is the limit.
public struct DecodingSpeed: Codable, Sendable {
  /// Tokens of the sequence that are timed.
  private static let tokenCount = 32

  /// Tokens a second behind the first one.
  public let tokensPerSecond: Double
  /// Bytes of weights that a token needs, as products read them: those of the file, and of a quantized head a byte for
  /// each element.
  public let weightBytes: Int
  /// Bytes a second of a plain read of as many bytes by one thread.
  public let readBytesPerSecond: Double

  /// Bytes a second of the weights while tokens are written.
  public var weightBytesPerSecond: Double { tokensPerSecond * Double(weightBytes) }

  /// Of a language model, by a sequence of 33 tokens behind the token 0; nil for a model that writes none. The best of
  /// half a second of tries each; takes memory for as many bytes as weights have.
  public init?(model: Model) {
    guard model.shape.classNames == nil, model.shape.attention?.isCausal ?? true else { return nil }
    let count = DecodingSpeed.tokenCount
    let pass = ForwardPass(model: model, positionCount: count + 2)
    func seconds(_ steps: Int) -> Double {
      let generation = Generation(pass: pass, sampling: .greedy, stepCount: steps, endTokens: [])
      return MachineSpeed.best(seconds: 0.5) { _ = generation.continuation(of: [0], input: 0) }
    }
    tokensPerSecond = Double(count) / max(seconds(count + 1) - seconds(1), 1e-9)
    let blocks = model.layers.indices.reduce(0) { sum, layer in
      sum
        + model.shape.blocks[layer].steps.lazy.compactMap { ($0 as? Product)?.matrix }.reduce(0) { bytes, matrix in
          let weight = model.layers[layer][matrix].weight
          return bytes + weight.tensor.format.byteCount(of: weight.rows * weight.columns)
        }
    }
    let elements = model.head.rows * model.head.columns
    weightBytes = blocks + (pass.quantizesHead ? elements : model.head.weight.tensor.format.byteCount(of: elements))
    readBytesPerSecond = MachineSpeed.readBytesPerSecond(of: weightBytes)
  }
}
