/// A place in the bytes of a JSON text.
struct ByteCursor {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The byte at the place, nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The bytes from `start` up to the place.
  func bytes(since start: Int) -> Slice<UnsafeRawBufferPointer> { bytes[start..<position] }

  /// The error that something else than `wanted` is here.
  func mistake(_ wanted: String) -> JSONError { .malformed(seen: seen, wanted: wanted, offset: position) }

  // MARK: Moving

  /// Steps over the next byte, which is there.
  mutating func step() { position += 1 }

  /// Steps over the character if it is the next one.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func skipWord(_ word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8Bytes) else { return false }
    position = end
    return true
  }

  /// Steps over U+FEFF, which editors of some systems put at the beginning of a text.
  mutating func skipByteOrderMark() {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if position == 0, bytes.starts(with: mark) { position = mark.count }
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Steps over digits and returns how many.
  mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  // MARK: Helpers

  private var seen: String {
    guard let next else { return "the end" }
    return (0x20...0x7E).contains(next) ? "'\(Character(Unicode.Scalar(next)))'" : "the byte \(next)"
  }
}

extension StaticString {
  fileprivate var utf8Bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
