/// What makes tokens of the text between marks, and what the tokens that it makes stand for.
protocol GGUFModel: Sendable {
  /// Whether a space is put in front of every text between marks.
  var addsSpace: Bool { get }

  /// Appends the tokens of a text, valid UTF-8 and not empty, to `result`.
  ///
  /// Throws an `ExpressionFailure` or a `MissingUnknownToken`.
  func append(_ text: ArraySlice<UInt8>, to result: inout [Int32]) throws

  /// Returns the bytes that a token with this spelling, no mark, stands for.
  func bytes(of spelling: [UInt8]) -> [UInt8]
}
