/// A piece of HTML or SVG that may stand in a page as it is.
public struct Markup: Sendable {
  /// The markup itself.
  public let text: String

  /// Takes what was made here, and never a text from a file.
  public init(made text: String) { self.text = text }

  /// Makes any text harmless.
  ///
  /// Scalar by scalar: a `<` that forms one character with a mark beside it is a `<` to a browser all the same. What
  /// XML cannot hold becomes U+FFFD.
  public init(_ foreign: String) {
    var escaped = ""
    escaped.reserveCapacity(foreign.utf8.count)
    for scalar in foreign.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    text = escaped
  }

  /// Joins two pieces of markup.
  public static func + (left: Markup, right: Markup) -> Markup { Markup(made: left.text + right.text) }
}
