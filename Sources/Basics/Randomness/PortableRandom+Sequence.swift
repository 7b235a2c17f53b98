import CKernels

extension PortableRandom {
  /// Hands `uniform("KEY:N")` to `body` for each N of a range, in their order.
  ///
  /// A number costs some 80 ns where the processor has instructions for SHA-256, and four times that elsewhere: the key
  /// is not made anew, only the last digits change.
  public static func uniforms(_ key: String, _ range: Range<Int>, _ body: (Double) -> Void) {
    var counter = KeyCounter(key, from: range.lowerBound)
    var hash = locus_sha256()
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
      guard let base = digest.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      for _ in range {
        locus_sha256_begin(&hash)
        locus_sha256_add(&hash, counter.bytes, counter.bytes.count)
        locus_sha256_finish(&hash, base)
        body(uniform(first: UInt64(bigEndian: digest.load(as: UInt64.self))))
        counter.advance()
      }
    }
  }
}

/// A key with a number behind it that counts up, in ASCII.
private struct KeyCounter {
  private(set) var bytes: [UInt8]
  /// The place of the number's first digit.
  private let start: Int

  private static let zero = UInt8(ascii: "0")
  private static let nine = UInt8(ascii: "9")

  init(_ key: String, from number: Int) {
    precondition(number >= 0, "numbers of keys count from 0 up")
    bytes = Array((key + ":").utf8)
    start = bytes.count
    bytes += Array(String(number).utf8)
  }

  mutating func advance() {
    var place = bytes.count - 1
    while place >= start, bytes[place] == KeyCounter.nine {
      bytes[place] = KeyCounter.zero
      place -= 1
    }
    if place >= start {
      bytes[place] += 1
    } else {
      bytes.insert(UInt8(ascii: "1"), at: start)
    }
  }
}
