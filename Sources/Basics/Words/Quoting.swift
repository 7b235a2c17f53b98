extension String {
  /// This foreign text in quotes, on one line and cut to 80 characters of Unicode, fit for a sentence.
  public var quoted: String { quoted() }

  /// This name out of a file or of one in quotes, on one line with ? for its control characters and cut to 120
  /// characters of Unicode, fit for a sentence.
  public var quotedName: String { quoted(limit: 120, control: "?") }

  /// Returns this foreign text in quotes, on one line and cut to `limit` characters of Unicode.
  ///
  /// - Parameter control: What stands in place of a control character; nil: its escape, such as `\n`.
  public func quoted(limit: Int = 80, control: Character? = nil) -> String {
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      if scalar.properties.generalCategory != .control {
        shown.unicodeScalars.append(scalar)
      } else if let control {
        shown.append(control)
      } else {
        shown += scalar.escaped(asASCII: true)
      }
    }
    return "'\(shown)\(unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")'"
  }

  /// The text with U+FFFD for every zero byte, at which a text in a file would end.
  public var withoutZeros: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
