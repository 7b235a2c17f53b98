/// What makes tokens of a word: `model` of a tokenizer.json.
protocol TokenModel: Sendable {
  /// Appends the tokens of a word, valid UTF-8, to `result`, using the arrays of `merger`, which is empty before and
  /// after.
  ///
  /// Throws a `MissingUnknownToken`.
  func encode(_ word: ArraySlice<UInt8>, with merger: inout BytePairMerger, into result: inout [Int32]) throws
}

/// The error that a text holds something unknown and the file has no token for that.
struct MissingUnknownToken: Error {
  /// What is unknown.
  let text: String
}
