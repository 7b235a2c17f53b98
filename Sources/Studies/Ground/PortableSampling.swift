import Foundation

/// Sampling that any program can follow: a token is where the cumulated probability exceeds a number between 0 and 1,
/// which `PortableRandom` draws.
///
/// Tokens are cumulated in the order of their identifiers, and the first one with Σ p > u · (Σ of all p) is taken.
/// Probabilities e^((logit − greatest) / temperature) are double, of float32 logits.
public struct PortableSampling: Equatable, Sendable {
  /// The temperature, above 0.
  public let temperature: Double

  /// Samples at a temperature.
  public init(temperature: Double) {
    precondition(temperature > 0, "a temperature above 0")
    self.temperature = temperature
  }

  /// The token of a number between 0 and 1 by the logits of all tokens.
  public func token(_ logits: UnsafeBufferPointer<Float>, at uniform: Double) -> Int32 {
    precondition(!logits.isEmpty, "a vocabulary")
    let greatest = Double(logits.max() ?? 0)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: logits.count) { cumulated in
      var sum = 0.0
      for (token, logit) in logits.enumerated() {
        sum += exp((Double(logit) - greatest) / temperature)
        cumulated.initializeElement(at: token, to: sum)
      }
      let limit = uniform * sum
      var (low, high) = (0, logits.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulated[middle] > limit { high = middle } else { low = middle + 1 }
      }
      return Int32(low)
    }
  }
}
