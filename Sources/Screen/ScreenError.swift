/// Why a screen cannot start or go on: one sentence for the person who started it.
public struct ScreenError: Error, CustomStringConvertible, Sendable {
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }

  /// An error of a file at one of its lines, counted from 1.
  static func input(_ path: String, line: Int, _ problem: String) -> ScreenError {
    ScreenError("\(path): line \(line): \(problem)")
  }

  /// An error of a file as a whole.
  static func input(_ path: String, _ problem: String) -> ScreenError {
    ScreenError("\(path): \(problem)")
  }
}

extension String {
  /// This foreign text in quotes, on one line and cut to a length fit for a message.
  var quoted: String {
    let limit = 80
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.properties.generalCategory == .control
      shown += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "'\(shown)\(unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")'"
  }
}
