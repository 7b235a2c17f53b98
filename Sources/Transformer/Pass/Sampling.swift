import CKernels
import LinearAlgebra

/// How the next token is chosen from logits.
///
/// Greedy at temperature 0. Above it, token = argmax(logits / temperature + Gumbel noise), which samples the softmax
/// (the Gumbel-max trick; Maddison et al. 2014). The noise is a function of (seed, input, step, token) alone, so a
/// model and its mutants see the same noise and differ only where their logits do.
public struct Sampling: Equatable, Sendable {
  /// The temperature; 0: always the likeliest token.
  public let temperature: Float
  /// The seed of the Gumbel noise.
  public let seed: UInt64

  /// The likeliest token at each step.
  public static let greedy = Sampling(temperature: 0, seed: 0)

  /// Takes a temperature of at least 0 and a seed.
  public init(temperature: Float, seed: UInt64) {
    precondition(temperature >= 0 && temperature.isFinite, "a temperature is a number from 0 up")
    self.temperature = temperature
    self.seed = seed
  }

  /// A chosen token, and by how much its score beat the second best.
  public struct Choice: Equatable, Sendable {
    /// The token that was chosen.
    public let token: Int32
    /// The score of that token less the second best.
    public let margin: Float

    /// Takes a token and its margin.
    public init(token: Int32, margin: Float) {
      self.token = token
      self.margin = margin
    }
  }

  /// The noise of one step, `[vocabulary]`; nil at temperature 0.
  public func noise(input: Int, step: Int, vocabularyCount: Int) -> [Float]? {
    guard temperature > 0 else { return nil }
    return [Float](unsafeUninitializedCapacity: vocabularyCount) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      locus_gumbel_noise(
        seed, UInt32(truncatingIfNeeded: input), UInt32(truncatingIfNeeded: step), base, vocabularyCount)
      initialized = vocabularyCount
    }
  }

  /// The choice among `logits` `[vocabulary]` given the step's noise.
  public func choose(_ logits: UnsafePointer<Float>, noise: [Float]?, vocabularyCount: Int) -> Choice {
    let inverse: Float = temperature > 0 ? 1 / temperature : 1
    let choice =
      noise.map { locus_choose(logits, $0, inverse, vocabularyCount) }
      ?? locus_choose(logits, nil, inverse, vocabularyCount)
    return Choice(token: choice.best, margin: choice.margin)
  }
}
