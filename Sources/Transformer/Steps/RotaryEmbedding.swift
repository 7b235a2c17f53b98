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
    /// Phi-3: each pair's angle divided by a number of its own, one of `long` where a pass is made for more positions
    /// than the original context has, else one of `short`; cosines and sines are multiplied with `factor` in either
    /// case (Ding et al. 2024).
    case longRope(short: [Double], long: [Double], originalContextLength: Double, factor: Double)
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

  /// Radians per position of each pair, `[headSize / 2]`: base^(−2i / headSize), scaled (Su et al. 2021, eq. 15);
  /// `headSize` counts the components that are rotated, and `positionCount` is what the pass is made for.
  public func frequencies(headSize: Int, positionCount: Int = 1) -> [Double] {
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
      case .longRope(let short, let long, let originalLength, _):
        return frequency / (Double(positionCount) > originalLength ? long : short)[pair]
      }
    }
  }

  /// What cosines and sines are multiplied with.
  var magnitude: Double {
    if case .longRope(_, _, _, let factor) = kind { factor } else { 1 }
  }

  /// What is wrong with these numbers, or nil.
  package var problem: String? { problem(rotated: nil) }

  /// What is wrong with these numbers, or nil; `rotated` counts the components of a head that are rotated, if it is
  /// known.
  package func problem(rotated: Int?) -> String? {
    guard base.isFinite, base > 1 else { return "rope_theta is \(base)" }
    switch kind {
    case .none: return nil
    case .linear(let factor): return factor.isFinite && factor >= 1 ? nil : "rotary scaling factor is \(factor)"
    case .llama3(let factor, let low, let high, let length):
      guard [factor, low, high, length].allSatisfy({ $0.isFinite && $0 > 0 }), high > low else {
        return "rotary scaling numbers are \(factor), \(low), \(high), \(length)"
      }
      return nil
    case .longRope(let short, let long, let length, let factor):
      for (name, divisors) in [("short_factor", short), ("long_factor", long)] {
        if let rotated, divisors.count != rotated / 2 {
          return "\(name) has \(divisors.count) numbers for \(rotated / 2) pairs"
        }
        if let divisor = divisors.first(where: { !($0.isFinite && $0 > 0) }) { return "\(name) holds \(divisor)" }
      }
      guard [length, factor].allSatisfy({ $0.isFinite && $0 > 0 }) else {
        return "rotary scaling numbers are \(length), \(factor)"
      }
      return nil
    }
  }
}

/// Cosines and sines of every position and pair, `[positions, headSize / 2]`, computed in double and rounded once;
/// `headSize` counts the components that are rotated.
struct RotaryTables {
  let rotary: RotaryScaling
  let headSize: Int
  let cosine: [Float]
  let sine: [Float]

  init(rotary: RotaryScaling, headSize: Int, positionCount: Int) {
    self.rotary = rotary
    self.headSize = headSize
    let frequencies = rotary.frequencies(headSize: headSize, positionCount: positionCount)
    let magnitude = rotary.magnitude
    var cosine: [Float] = []
    var sine: [Float] = []
    cosine.reserveCapacity(positionCount * frequencies.count)
    sine.reserveCapacity(positionCount * frequencies.count)
    for position in 0..<positionCount {
      for frequency in frequencies {
        cosine.append(Float(cos(Double(position) * frequency) * magnitude))
        sine.append(Float(sin(Double(position) * frequency) * magnitude))
      }
    }
    self.cosine = cosine
    self.sine = sine
  }
}
