import CKernels
import Foundation

/// Random numbers as a function of (seed, stream, index): the same whoever draws them, and when (Philox4×32-10; Salmon
/// et al. 2011).
public struct RandomNumbers: Sendable {
  private let key: [UInt32]
  private var counter: [UInt32]
  private var block: [UInt32] = [0, 0, 0, 0]
  private var used = 4

  /// `stream` is a purpose, a number of its own for each; `index` counts what is drawn for it, such as a permutation.
  public init(seed: UInt64, stream: UInt32, index: UInt32) {
    key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    counter = [0, index, stream, 0x6669_6e64]
  }

  /// A number from 0 up to but not `bound`, which is below 2³²; even to within bound / 2³² (Lemire 2019, ACM Trans.
  /// Model. Comput. Simul. 29, 3).
  public mutating func below(_ bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// A number strictly between 0 and 1, one of 2⁵² evenly spaced ones.
  public mutating func uniform() -> Double {
    let bits = UInt64(next()) << 32 | UInt64(next())
    return (Double(bits >> 12) + 0.5) * 0x1p-52
  }

  /// A standard normal number (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A place with a probability in proportion to its share; shares are not below 0, and all are equal if all are 0.
  public mutating func place(by shares: [Double]) -> Int {
    precondition(!shares.isEmpty, "a place to choose")
    var rest = shares.reduce(0, +) * uniform()
    guard rest > 0 else { return below(shares.count) }
    for (place, share) in shares.enumerated() where share > 0 {
      rest -= share
      if rest <= 0 { return place }
    }
    return shares.lastIndex { $0 > 0 } ?? 0
  }

  /// The numbers from 0 up to `count` in random order (Fisher and Yates 1938).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) { order.swapAt(place, below(place + 1)) }
    return order
  }

  /// Puts the elements of each row into a random order of its own.
  public mutating func shuffle(_ row: UnsafeMutablePointer<Float>, count: Int) {
    for place in stride(from: count - 1, to: 0, by: -1) {
      let other = below(place + 1)
      (row[place], row[other]) = (row[other], row[place])
    }
  }

  private mutating func next() -> UInt32 {
    if used == 4 {
      locus_philox(counter, key, &block)
      counter[0] += 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }
}
