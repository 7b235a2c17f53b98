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
    /// Phi-3: each pair's angle divided by a number of its own, one of `long` where a sequence has more positions than
    /// the original context, else one of `short`, at all of its positions; cosines and sines are multiplied with
    /// `factor` in either case (Ding et al. 2024).
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
  /// `headSize` counts the components that are rotated, and `length` the positions of the sequence.
  public func frequencies(headSize: Int, length: Int = 1) -> [Double] {
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
        return frequency / (Double(length) > originalLength ? long : short)[pair]
      }
    }
  }

  /// What cosines and sines are multiplied with.
  package var magnitude: Double {
    if case .longRope(_, _, _, let factor) = kind { factor } else { 1 }
  }

  /// The positions of the longest sequence whose angles are those of the shortest; nil where all have the same.
  package var firstContext: Int? {
    guard case .longRope(let short, let long, let length, _) = kind, short != long else { return nil }
    return Int(length)
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
/// `headSize` counts the components that are rotated. Where sequences beyond the first context have other angles,
/// theirs follow, from position 0 on.
struct RotaryTables {
  let rotary: RotaryScaling
  let headSize: Int
  let cosine: [Float]
  let sine: [Float]
  /// The first row of the angles of longer sequences, and the longest sequence without them; nil where there are none.
  private let long: (row: Int, beyond: Int)?

  init(rotary: RotaryScaling, headSize: Int, positionCount: Int) {
    self.rotary = rotary
    self.headSize = headSize
    long = rotary.firstContext.flatMap { $0 < positionCount ? ($0, $0) : nil }
    let parts = long.map { [$0.beyond, positionCount] } ?? [positionCount]
    let magnitude = rotary.magnitude
    var cosine: [Float] = []
    var sine: [Float] = []
    cosine.reserveCapacity(parts.reduce(0, +) * headSize / 2)
    sine.reserveCapacity(parts.reduce(0, +) * headSize / 2)
    for length in parts {
      let frequencies = rotary.frequencies(headSize: headSize, length: length)
      for position in 0..<length {
        for frequency in frequencies {
          cosine.append(Float(cos(Double(position) * frequency) * magnitude))
          sine.append(Float(sin(Double(position) * frequency) * magnitude))
        }
      }
    }
    self.cosine = cosine
    self.sine = sine
  }

  /// The rows of positions, whose whole sequences have so many of them.
  func rows(of positions: [Int32], wholeLengths: @autoclosure () -> [Int32]) -> [Int32] {
    guard let long else { return positions }
    return zip(positions, wholeLengths()).map { $1 > long.beyond ? Int32(long.row) + $0 : $0 }
  }
}
