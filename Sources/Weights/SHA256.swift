import CKernels

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
  /// 32 bytes for the parts one after the other.
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

  /// 64 hexadecimal digits for the parts one after the other.
  public static func hexadecimal(of parts: some Sequence<UnsafeRawBufferPointer>) -> String {
    digest(of: parts).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// 64 hexadecimal digits for some bytes.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { hexadecimal(of: [$0]) }
  }
}
