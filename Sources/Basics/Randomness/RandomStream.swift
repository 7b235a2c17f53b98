import CKernels
import Foundation

/// A stream of random numbers that is a function of a seed and of where it starts: the same whoever draws from it, and
/// when (Philox4×32-10; Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
///
/// The generator turns a counter of 128 bits into a block of four 32-bit words. A stream returns the words of one
/// block after the other, and the first word of the counter counts the blocks. There are two ways to start:
///
/// - `init(seed:stream:index:)` starts a long stream at block 0. Its counter is (0, index, stream, `find`), where
///   `find` is 0x6669_6e64, so that streams of different names or indices have no block in common.
/// - `init(seed:counter:)` starts at a counter that the caller makes of coordinates, such as row and column of a
///   weight. All four words of the counter are the caller's, so the neighbour's block is the next one: draw at most
///   four words.
///
/// A stream takes 48 bytes and allocates nothing; a block costs some 20 ns.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// Starts the stream of that name and index at its first number.
  ///
  /// - Parameters:
  ///   - stream: What the numbers are drawn for.
  ///   - index: Counts what is drawn for it, such as a permutation; below 2³².
  public init(seed: UInt64, stream: StreamName, index: Int) {
    self.init(seed: seed, counter: SIMD4(0, UInt32(index), stream.number, 0x6669_6e64))
  }

  /// Starts at the block of this counter, of which the caller has made sure that it stands for one thing alone.
  public init(seed: UInt64, counter: SIMD4<UInt32>) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.counter = counter
  }

  // MARK: Numbers of long streams

  /// Draws a whole number from 0 up to but not `bound`, which is below 2³², from one word; even to within bound / 2³²
  /// (Lemire 2019, ACM Trans. Model. Comput. Simul. 29, 3).
  public mutating func below(_ bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// Draws a number strictly between 0 and 1 from two words: one of 2⁵² evenly spaced ones.
  public mutating func uniform() -> Double { (Double(nextPair() >> 12) + 0.5) * 0x1p-52 }

  /// Draws a standard normal number from four words (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  // MARK: Numbers of a counter

  /// Draws a whole number from 0 up to but not `bound` from two words; even to within bound / 2⁶⁴.
  public mutating func integer(below bound: Int) -> Int {
    Int(nextPair().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Draws a standard normal number from two words, so that its magnitude is at most 6.8 (Box and Muller 1958).
  public mutating func shortNormal() -> Double {
    let radius = (-2 * log((Double(next()) + 0.5) / 4_294_967_296)).squareRoot()
    return radius * cos(2 * .pi * (Double(next()) + 0.5) / 4_294_967_296)
  }

  // MARK: Words

  private mutating func nextPair() -> UInt64 {
    let high = UInt64(next()) << 32
    return high | UInt64(next())
  }

  private mutating func next() -> UInt32 {
    if used == 4 { makeBlock() }
    defer { used += 1 }
    return block[used]
  }

  private mutating func makeBlock() {
    withUnsafeBytes(of: counter) { counter in
      withUnsafeBytes(of: key) { key in
        withUnsafeMutableBytes(of: &block) { block in
          guard let counter = counter.assumingMemoryBound(to: UInt32.self).baseAddress,
            let key = key.assumingMemoryBound(to: UInt32.self).baseAddress,
            let block = block.assumingMemoryBound(to: UInt32.self).baseAddress
          else { return }
          locus_philox(counter, key, block)
        }
      }
    }
    counter[0] &+= 1
    used = 0
  }
}
