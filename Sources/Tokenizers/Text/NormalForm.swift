import CUtf8proc

/// One of the four normal forms of Unicode Standard Annex 15.
///
/// Foundation's composition errs for some marks: Tibetan vowel signs that decompose are not put in order with the marks
/// behind them. utf8proc follows the standard.
enum NormalForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// The longest that a character of three bytes becomes has 33 bytes, U+FDFA.
  static let growth = 11

  /// Returns the normal form of valid UTF-8. Cost: linear but for long runs of marks, which are sorted.
  func apply(to text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    let composes: Int32 = self == .nfc || self == .nfkc ? 1 : 0
    let isCompatible: Int32 = self == .nfkc || self == .nfkd ? 1 : 0
    var result: UnsafeMutablePointer<UInt8>?
    let count = text.withUnsafeBufferPointer {
      utf8proc_normal_form($0.baseAddress, $0.count, composes, isCompatible, &result)
    }
    defer { utf8proc_release(result) }
    guard count >= 0, let result else { return text }
    return Array(UnsafeBufferPointer(start: result, count: count))
  }
}
