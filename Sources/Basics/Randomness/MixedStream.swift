import Foundation

/// Numbers that any program can repeat to the bit at the cost of a few multiplications each: the finaliser of
/// SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, 453–472) of a key and a counter.
///
/// With γ = 0x9E3779B97F4A7C15 and all sums and products modulo 2⁶⁴, stream s of the seed r has the key
/// mix(mix(r + γ) + (s + 1)·γ), and its number i, counted from 0, is the first 53 bits of mix(key + (i + 1)·γ), over
/// 2⁵³. `PortableRandom` has keys that are texts instead, and costs a digest each.
public struct MixedStream: Equatable, Sendable {
  private let key: UInt64

  private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// A stream of a seed, both from 0 up.
  public init(seed: UInt64, stream: Int) {
    precondition(stream >= 0, "streams are counted from 0")
    key = MixedStream.mix(MixedStream.mix(seed &+ MixedStream.step) &+ UInt64(stream + 1) &* MixedStream.step)
  }

  private static func mix(_ number: UInt64) -> UInt64 {
    var bits = number
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// The 53 bits of a number of the stream, as a whole number.
  public func bits(_ index: Int) -> UInt64 {
    MixedStream.mix(key &+ UInt64(index + 1) &* MixedStream.step) >> 11
  }

  /// A number of the stream, from 0 to just below 1.
  public func uniform(_ index: Int) -> Double { Double(bits(index)) * 0x1p-53 }

  /// The number u of the stream as (2u − 1) · bound.
  public func signed(_ index: Int, bound: Double) -> Double { (2 * uniform(index) - 1) * bound }

  /// A standard normal number, √(−2 ln(1 − u)) · cos 2πu′, of the numbers 2 · index and 2 · index + 1 of the stream
  /// (Box and Muller 1958).
  public func normal(_ index: Int) -> Double {
    (-2 * log1p(-uniform(2 * index))).squareRoot() * cos(2 * .pi * uniform(2 * index + 1))
  }

  /// The numbers 0 … count − 1, ascending by the stream's number of each; equal ones keep their order.
  public func order(_ count: Int) -> [Int] {
    struct Entry {
      let bits: UInt64
      let index: Int
    }
    return (0..<count).map { Entry(bits: bits($0), index: $0) }
      .sorted { ($0.bits, $0.index) < ($1.bits, $1.index) }.map(\.index)
  }
}
