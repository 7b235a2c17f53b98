import StrictJSON
import Testing

/// The value of a text that is expected to be read.
func read(_ text: String, valueLimit: Int = 1000) throws -> JSONValue {
  try read(Array(text.utf8), valueLimit: valueLimit)
}

func read(_ bytes: [UInt8], valueLimit: Int = 1000) throws -> JSONValue {
  try bytes.withUnsafeBytes { try JSONReader.read($0, valueLimit: valueLimit) }
}

/// The error of a text that is expected to be refused, on one line.
func refusal(
  _ bytes: [UInt8], valueLimit: Int = 1000, sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONError {
  let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) {
    try read(bytes, valueLimit: valueLimit)
  }
  let refusal = try #require(error, sourceLocation: sourceLocation)
  #expect(!refusal.description.contains("\n"), sourceLocation: sourceLocation)
  return refusal
}

func refusal(
  _ text: String, valueLimit: Int = 1000, sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONError {
  try refusal(Array(text.utf8), valueLimit: valueLimit, sourceLocation: sourceLocation)
}

extension JSONValue {
  static func string(_ text: String) -> JSONValue { .text(ByteString(text)) }
}
