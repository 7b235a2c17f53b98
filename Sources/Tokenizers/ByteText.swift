extension Collection<UInt8> where Index == Int, SubSequence: Collection<UInt8> {
  /// The text of the bytes; what is not UTF-8 becomes U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// The scalar that begins at `index` of valid UTF-8, nil at the end.
  func scalar(at index: Int) -> Unicode.Scalar? {
    index < endIndex ? self[index...].prefix(4).text.unicodeScalars.first : nil
  }

  /// The scalar that ends before `index` of valid UTF-8, nil at the beginning.
  func scalar(before index: Int) -> Unicode.Scalar? {
    guard index > startIndex else { return nil }
    var first = index - 1
    while first > startIndex, self[first] & 0xC0 == 0x80 { first -= 1 }
    return self[first..<index].text.unicodeScalars.first
  }
}

extension Array<UInt8> {
  /// Returns the bytes with every `pattern`, from the left and without overlap, replaced by `content`.
  func replacing(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
    guard let first = pattern.first, count >= pattern.count else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      if self[index] == first, self[index...].starts(with: pattern) {
        result += content
        index += pattern.count
      } else {
        result.append(self[index])
        index += 1
      }
    }
    return result
  }
}
