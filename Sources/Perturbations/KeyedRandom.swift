import CKernels
import Foundation

/// Random numbers that are a function of a seed and a counter alone (Philox4×32-10; Salmon et al. 2011).
struct KeyedRandom {
  private let words: SIMD4<UInt32>

  init(seed: UInt64, counter: SIMD4<UInt32>) {
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    var output = SIMD4<UInt32>()
    withUnsafeBytes(of: counter) { counter in
      withUnsafeBytes(of: key) { key in
        withUnsafeMutableBytes(of: &output) { output in
          guard let counter = counter.assumingMemoryBound(to: UInt32.self).baseAddress,
            let key = key.assumingMemoryBound(to: UInt32.self).baseAddress,
            let output = output.assumingMemoryBound(to: UInt32.self).baseAddress
          else { return }
          locus_philox(counter, key, output)
        }
      }
    }
    words = output
  }

  /// A whole number below `limit`, all equally likely but for 2⁻⁶⁴.
  func integer(below limit: Int) -> Int {
    let bits = UInt64(words[0]) << 32 | UInt64(words[1])
    return Int(bits.multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// A standard normal number (Box and Muller 1958).
  var normal: Double {
    let radius = (-2 * log((Double(words[0]) + 0.5) / 4_294_967_296)).squareRoot()
    return radius * cos(2 * .pi * (Double(words[1]) + 0.5) / 4_294_967_296)
  }
}
