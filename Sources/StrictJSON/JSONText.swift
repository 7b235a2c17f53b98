extension ByteCursor {
  /// Reads a text in quotes; the place is before the first of them.
  mutating func readText() throws(JSONError) -> ByteString {
    step()
    let begin = position
    var isASCII = try skipPlainText()
    // Nearly every text has no escape and is taken as it lies in the file.
    var text = Array(bytes(since: begin))
    while skip("\\") {
      text.append(contentsOf: try readEscape().utf8)
      let plain = position
      let isPlainASCII = try skipPlainText()
      isASCII = isASCII && isPlainASCII
      text.append(contentsOf: bytes(since: plain))
    }
    guard skip("\"") else { throw mistake("a closing quote") }
    guard isASCII || String(validating: text, as: UTF8.self) != nil else { throw JSONError.notUTF8(offset: begin) }
    return ByteString(text)
  }

  /// Steps up to a quote, a backslash or the end, and says whether there was nothing but ASCII.
  private mutating func skipPlainText() throws(JSONError) -> Bool {
    var bits: UInt8 = 0
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      guard byte >= 0x20 else { throw mistake("a character above U+001F") }
      bits |= byte
      step()
    }
    return bits < 0x80
  }

  // MARK: Escapes

  /// Reads what follows a backslash.
  private mutating func readEscape() throws(JSONError) -> Unicode.Scalar {
    let scalar: Unicode.Scalar
    switch next {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"): return try readCodePoint()
    default: throw mistake("an escape")
    }
    step()
    return scalar
  }

  /// Reads `uXXXX`, or the two of them, with a backslash between, that make a surrogate pair.
  private mutating func readCodePoint() throws(JSONError) -> Unicode.Scalar {
    let half = JSONError.malformed(seen: "half a surrogate pair", wanted: "a character", offset: position)
    let first = try readCodeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), skip("\\"), next == UInt8(ascii: "u") else { throw half }
    let second = try readCodeUnit()
    guard UTF16.isTrailSurrogate(second) else { throw half }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
    step()
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit = next.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }
      guard let digit else { throw mistake("a hexadecimal digit") }
      unit = unit << 4 | UInt16(digit)
      step()
    }
    return unit
  }
}
