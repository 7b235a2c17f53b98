/// A value in the notation that scripts read, fit to stand inside of a page.
public enum JSON: Sendable {
  /// The word null.
  case null
  /// True or false.
  case truth(Bool)
  /// An integer.
  case whole(Int)
  /// A number to four decimals; null for what is no number.
  case number(Double)
  /// A number with as many digits as it takes to read the same again; null for what is no number.
  case exact(Double)
  /// A text.
  case text(String)
  /// A list.
  case list([JSON])
  /// An object; its members keep their order.
  case object([(name: String, value: JSON)])

  /// The value as JSON without white space.
  public var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Appends the value to `text`.
  public func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .truth(let truth): text += truth ? "true" : "false"
    case .whole(let value): text += String(value)
    case .number(let value): text += value.isFinite && abs(value) < 1e11 ? "\((value * 1e4).rounded() / 1e4)" : "null"
    case .exact(let value): text += value.isFinite ? value.description : "null"
    case .text(let value): JSON.write(value, to: &text)
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        JSON.write(member.name, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  /// Appends a text, without any `<`, which could end the script.
  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "<", ">", "&", "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
