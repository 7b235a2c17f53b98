/// Text as its exact bytes, by which it compares; the bytes need not be UTF-8.
///
/// Swift compares `String` by canonical equivalence: the composed and the decomposed é are equal there, but they are
/// different names of members, different tokens and different tensors.
public struct ByteString: Hashable, Sendable {
  /// The bytes of the text.
  public let bytes: [UInt8]

  /// Takes the bytes as they are.
  @inlinable
  public init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// Takes the UTF-8 of a text.
  @inlinable
  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The bytes as a string, which keeps them; what is not UTF-8 becomes U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
