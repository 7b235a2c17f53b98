/// Why a cloud cannot be had from a file: one sentence for the person who named it.
public struct CloudsError: Error, CustomStringConvertible, Sendable {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension String {
  /// This foreign text in quotes, on one line and cut to a length fit for a message.
  var quoted: String {
    let limit = 80
    let shown = unicodeScalars.prefix(limit).map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "'\(shown.joined())\(unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")'"
  }

  /// The text with U+FFFD for every zero byte, at which a text in a file would end.
  var withoutZeros: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }

  /// The name of the file at this path, without its folder and its ending.
  var fileStem: String {
    let name = split(separator: "/").last.map(String.init) ?? self
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
