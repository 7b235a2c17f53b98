/// What each token adds to a text: the texts of continuations without a tokenizer.
public struct TokenTexts: Equatable, Sendable {
  /// Where the bytes of each token begin, and at the end how many there are.
  let offsets: [Int64]
  let bytes: [UInt8]

  /// Takes the bytes of every token from 0 up.
  public init(_ tokens: some Sequence<[UInt8]>) {
    var offsets: [Int64] = [0]
    var bytes: [UInt8] = []
    for token in tokens {
      bytes += token
      offsets.append(Int64(bytes.count))
    }
    self.offsets = offsets
    self.bytes = bytes
  }

  /// nil unless the offsets ascend from 0 to the number of bytes.
  init?(offsets: [Int64], bytes: [UInt8]) {
    guard offsets.first == 0, offsets.last == Int64(bytes.count),
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return nil }
    self.offsets = offsets
    self.bytes = bytes
  }

  /// Tokens that it knows.
  public var count: Int { offsets.count - 1 }

  /// The bytes of one token; none outside of the vocabulary.
  public func bytes(of token: Int32) -> ArraySlice<UInt8> {
    let token = Int(token)
    guard token >= 0, token < count else { return [] }
    return bytes[Int(offsets[token])..<Int(offsets[token + 1])]
  }

  /// The text of a continuation, which may be padded with −1: the bytes of its tokens decoded as UTF-8, with U+FFFD for
  /// what is none; tokens outside of the vocabulary are shown as `⟨123⟩`.
  public func text(of tokens: some Sequence<Int32>) -> String {
    tokens.withContiguousStorageIfAvailable { text(ofRow: $0) }
      ?? Array(tokens).withUnsafeBufferPointer { text(ofRow: $0) }
  }

  /// Millions of continuations are read: this is the way without a copy of each token.
  private func text(ofRow tokens: UnsafeBufferPointer<Int32>) -> String {
    var joined: [UInt8] = []
    joined.reserveCapacity(8 * tokens.count)
    bytes.withUnsafeBufferPointer { bytes in
      offsets.withUnsafeBufferPointer { offsets in
        for token in tokens where token >= 0 {
          if Int(token) < offsets.count - 1 {
            joined += UnsafeBufferPointer(rebasing: bytes[Int(offsets[Int(token)])..<Int(offsets[Int(token) + 1])])
          } else {
            joined += "⟨\(token)⟩".utf8
          }
        }
      }
    }
    return String(decoding: joined, as: UTF8.self)
  }
}
