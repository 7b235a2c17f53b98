/// Why a tokenizer could not be read, or made no tokens of a text.
public struct TokenizerError: Error, CustomStringConvertible, Sendable {
  /// One sentence: the file, what was seen in it, what to do.
  public let message: String

  public var description: String { message }

  init(file: String, _ seen: String) {
    message = "cannot read the tokenizer \(file): \(seen)"
  }

  init(encodingWith file: String, _ seen: String) {
    message = "cannot make tokens of a text with the tokenizer \(file): \(seen)"
  }

  init(message: String) {
    self.message = message
  }
}

/// Returns foreign text in quotes, on one line and cut to a length fit for a message.
func quoted(_ text: String, limit: Int = 80) -> String {
  var shown = ""
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == limit {
      shown += "…"
      break
    }
    let isControl = scalar.properties.generalCategory == .control
    shown += isControl ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return "'\(shown)'"
}
