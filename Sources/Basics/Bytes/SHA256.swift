import CKernels

/// The hash function SHA-256 (FIPS 180-4), by the processor's instructions for it where there are any.
public enum SHA256 {
  /// Returns the 32 bytes of the hash of the parts one after the other.
  public static func digest(of parts: some Sequence<UnsafeRawBufferPointer>) -> [UInt8] {
    var hash = locus_sha256()
    locus_sha256_begin(&hash)
    for part in parts {
      if let base = part.baseAddress { locus_sha256_add(&hash, base, part.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    locus_sha256_finish(&hash, &digest)
    return digest
  }

  /// Returns the 64 hexadecimal digits of the hash of the parts one after the other.
  public static func hexadecimal(of parts: some Sequence<UnsafeRawBufferPointer>) -> String {
    digest(of: parts).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// Returns the 64 hexadecimal digits of the hash of some bytes.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { hexadecimal(of: [$0]) }
  }
}
