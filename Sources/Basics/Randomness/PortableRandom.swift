/// Randomness that any program can follow to the bit: the SHA-256 digest of a text decides everything, so that two
/// programs in different languages select the same units.
///
/// The text is a key whose parts are joined by colons, such as `0:3:mlp_pre_out:17`. A digest costs some 200 ns; for
/// numbers that no other program has to repeat, `RandomStream` is a hundred times as fast.
public enum PortableRandom {
  /// The digest of a key, 32 bytes, which are compared as unsigned numbers from the first on.
  public struct Digest: Comparable, Sendable {
    private let words: SIMD4<UInt64>

    init(_ key: String) {
      var key = key
      let bytes = key.withUTF8 { SHA256.digest(of: [UnsafeRawBufferPointer($0)]) }
      words = bytes.withUnsafeBytes { bytes in
        SIMD4((0..<4).map { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) })
      }
    }

    var first: UInt64 { words[0] }

    /// Whether one digest comes before another one in the order of their bytes.
    public static func < (one: Digest, other: Digest) -> Bool {
      for place in 0..<3 where one.words[place] != other.words[place] {
        return one.words[place] < other.words[place]
      }
      return one.words[3] < other.words[3]
    }
  }

  /// The numbers 0 … count − 1, ascending by the digests of their keys.
  public static func order(_ count: Int, key: (Int) -> String) -> [Int] {
    (0..<count).map { (digest: Digest(key($0)), number: $0) }.sorted { $0.digest < $1.digest }.map(\.number)
  }

  /// A number in (0, 1): the first 53 bits of the digest of a key, plus a half, over 2⁵³.
  public static func uniform(_ key: String) -> Double { uniform(first: Digest(key).first) }

  /// The number that a digest's first 64 bits stand for.
  static func uniform(first bits: UInt64) -> Double { (Double(bits >> 11) + 0.5) * 0x1p-53 }
}
