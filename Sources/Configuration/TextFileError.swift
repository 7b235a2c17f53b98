/// Why a text that a person wrote, such as a configuration, cannot be used: one sentence that names the file and, where
/// one is to blame, the line.
public struct TextFileError: Error, CustomStringConvertible, Sendable {
  /// The sentence.
  public let message: String

  /// An error with this sentence.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }

  /// The error of a file at one of its lines, counted from 1.
  public static func input(_ path: String, line: Int, _ problem: String) -> TextFileError {
    TextFileError("\(path): line \(line): \(problem)")
  }

  /// The error of a file as a whole.
  public static func input(_ path: String, _ problem: String) -> TextFileError {
    TextFileError("\(path): \(problem)")
  }
}

extension String {
  /// This foreign text in quotes, on one line and cut to a length fit for a message.
  package var quoted: String {
    let limit = 80
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.properties.generalCategory == .control
      shown += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "'\(shown)\(unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")'"
  }
}
