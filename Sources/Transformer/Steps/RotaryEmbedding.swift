import Foundation

/// The base of the rotary frequencies and how they are stretched for longer contexts.
public struct RotaryScaling: Equatable, Sendable {
  /// How frequencies are stretched.
  public enum Kind: Equatable, Sendable {
    /// The frequencies are those of the base.
    case none
    /// Position interpolation (Chen et al. 2023): all frequencies divided by `factor`.
    case linear(factor: Double)
    /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, a smooth passage between.
    case llama3(
      factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContextLength: Double)
  }

  /// The base of the frequencies, such as 10,000.
  public let base: Double
  /// How they are stretched.
  public let kind: Kind

  /// Takes a base and a way to stretch.
  public init(base: Double, kind: Kind) {
    self.base = base
    self.kind = kind
  }

  /// Radians per position of each pair, `[headSize / 2]`: base^(−2i / headSize), scaled (Su et al. 2021, eq. 15).
  public func frequencies(headSize: Int) -> [Double] {
    (0..<headSize / 2).map { pair in
      let frequency = pow(base, -2 * Double(pair) / Double(headSize))
      switch kind {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .llama3(let factor, let low, let high, let originalLength):
        let wavesInContext = originalLength * frequency / (2 * .pi)
        if wavesInContext < low { return frequency / factor }
        if wavesInContext > high { return frequency }
        let smooth = (wavesInContext - low) / (high - low)
        return (1 - smooth) * frequency / factor + smooth * frequency
      }
    }
  }

  /// What is wrong with these numbers, or nil.
  package var problem: String? {
    guard base.isFinite, base > 1 else { return "rope_theta is \(base)" }
    switch kind {
    case .none: return nil
    case .linear(let factor): return factor.isFinite && factor >= 1 ? nil : "rotary scaling factor is \(factor)"
    case .llama3(let factor, let low, let high, let length):
      guard [factor, low, high, length].allSatisfy({ $0.isFinite && $0 > 0 }), high > low else {
        return "rotary scaling numbers are \(factor), \(low), \(high), \(length)"
      }
      return nil
    }
  }
}

/// Cosines and sines of every position and pair, `[positions, headSize / 2]`, computed in double and rounded once.
struct RotaryTables {
  let rotary: RotaryScaling
  let headSize: Int
  let cosine: [Float]
  let sine: [Float]

  init(rotary: RotaryScaling, headSize: Int, positionCount: Int) {
    self.rotary = rotary
    self.headSize = headSize
    let frequencies = rotary.frequencies(headSize: headSize)
    var cosine: [Float] = []
    var sine: [Float] = []
    cosine.reserveCapacity(positionCount * frequencies.count)
    sine.reserveCapacity(positionCount * frequencies.count)
    for position in 0..<positionCount {
      for frequency in frequencies {
        cosine.append(Float(cos(Double(position) * frequency)))
        sine.append(Float(sin(Double(position) * frequency)))
      }
    }
    self.cosine = cosine
    self.sine = sine
  }
}
