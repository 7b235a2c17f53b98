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

extension ArraySlice<UInt8> {
  /// Returns the ranges of `pattern`, from the left and without overlap; none of an empty one.
  func ranges(ofBytes pattern: [UInt8]) -> [Range<Int>] {
    guard let first = pattern.first, count >= pattern.count else { return [] }
    var ranges: [Range<Int>] = []
    var index = startIndex
    while let found = self[index...].firstIndex(of: first), endIndex - found >= pattern.count {
      if self[found...].starts(with: pattern) {
        ranges.append(found..<found + pattern.count)
        index = found + pattern.count
      } else {
        index = found + 1
      }
    }
    return ranges
  }
}

extension [UInt8] {
  /// Returns the bytes with every `pattern`, from the left and without overlap, replaced by `content`.
  func replacing(_ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
    let ranges = self[...].ranges(ofBytes: pattern)
    guard !ranges.isEmpty else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var end = 0
    for range in ranges {
      result += self[end..<range.lowerBound]
      result += content
      end = range.upperBound
    }
    return result + self[end...]
  }

  /// Returns valid UTF-8 with each scalar replaced by what `change` makes of it, nil for none.
  func mapScalars(_ change: (Unicode.Scalar) -> Unicode.Scalar?) -> [UInt8] {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let changed = change(scalar) { result.append(changed) }
    }
    return Array(String(result).utf8)
  }
}
