/// A part of a whole as people write it, such as 0.1 or 5 %, without any rounding.
public struct Fraction: Hashable, Sendable {
  /// The number of parts.
  public let numerator: Int
  /// The number of parts that the whole has, at least 1.
  public let denominator: Int

  /// So many parts of so many.
  public init(_ numerator: Int, of denominator: Int) {
    precondition(numerator >= 0 && denominator > 0 && denominator <= 1_000_000_000, "a part of a whole")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The fraction that a decimal number such as `0.125` is; nil where this is no number from 0 up with at most nine
  /// decimal places.
  public init?(_ decimal: String) {
    let parts = decimal.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int(parts[0]), (0...1_000_000).contains(whole) else { return nil }
    let digits = parts.count == 2 ? parts[1] : "0"
    guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let rest = Int(digits)
    else { return nil }
    let scale = (0..<digits.count).reduce(1) { product, _ in product * 10 }
    self.init(whole * scale + rest, of: scale)
  }

  /// The fraction as a real number.
  public var value: Double { Double(numerator) / Double(denominator) }

  /// The fraction of `count` things, to the nearest whole number, halves up: ⌊(2·p·count + q) / 2q⌋.
  public func share(of count: Int) -> Int { (2 * numerator * count + denominator) / (2 * denominator) }
}
