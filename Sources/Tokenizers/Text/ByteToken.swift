/// The spelling of tokens that stand for one byte in SentencePiece-style vocabularies: `<0x0A>`.
enum ByteToken {
  static func spelling(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(byte < 16 ? "0" : "")\(digits)>"
  }

  /// Returns the byte that a token with this spelling stands for, nil for other tokens.
  static func byte(of spelling: [UInt8]) -> UInt8? {
    guard spelling.count == 6, spelling.starts(with: "<0x".utf8), spelling[5] == UInt8(ascii: ">"),
      let high = Character(Unicode.Scalar(spelling[3])).hexDigitValue,
      let low = Character(Unicode.Scalar(spelling[4])).hexDigitValue
    else { return nil }
    return UInt8(high << 4 | low)
  }
}
