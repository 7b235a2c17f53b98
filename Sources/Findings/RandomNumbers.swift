import CKernels

/// Random numbers as a function of (seed, stream, index): the same whoever draws them, and when.
struct RandomNumbers {
  private let key: [UInt32]
  private var counter: [UInt32]
  private var block: [UInt32] = [0, 0, 0, 0]
  private var used = 4

  init(seed: UInt64, stream: UInt32, index: UInt32) {
    key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    counter = [0, index, stream, 0x6669_6e64]
  }

  /// A number from 0 up to but not `bound`, which is below 2³²; even to within bound / 2³² (Lemire 2019, ACM Trans. Model.
  /// Comput. Simul. 29, 3).
  mutating func below(_ bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  /// Puts the elements of each row into a random order of its own.
  mutating func shuffle(_ row: UnsafeMutablePointer<Float>, count: Int) {
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
