extension ByteCursor {
  /// Reads a number; refuses one beyond the range of `Double`.
  mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = position
    _ = skip("-")
    let firstDigit = next
    let digitCount = skipDigits()
    guard digitCount == 1 || (digitCount > 1 && firstDigit != UInt8(ascii: "0")) else { throw mistake("a value") }
    let integerEnd = position
    if skip(".") { try skipSomeDigits() }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      try skipSomeDigits()
    }
    let number = String(decoding: bytes(since: start), as: UTF8.self)
    if position == integerEnd, let integer = Int(number) { return .integer(integer) }
    guard let decimal = Double(number), decimal.isFinite else {
      throw JSONError.malformed(seen: "a number beyond all bounds", wanted: "a value", offset: start)
    }
    return .decimal(decimal)
  }

  private mutating func skipSomeDigits() throws(JSONError) {
    guard skipDigits() > 0 else { throw mistake("a digit") }
  }
}
