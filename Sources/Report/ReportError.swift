/// A report that cannot be made of a file, or not be written where it should be.
public struct ReportError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension String {
  /// This foreign text in quotes, on one line and cut to a length fit for a message.
  var quoted: String {
    let shown = unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "'\(shown.joined().cut(80))'"
  }
}
