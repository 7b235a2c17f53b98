/// What transformers 5.24 takes where the files of a family leave a key out (`configuration_llama.py` and its like).
struct UsualValues {
  /// The sizes of a family have no usual value but for these; nil: the key has to be there.
  var headCount: Int?
  var hiddenSize: Int?
  var layerCount: Int?
  /// nil: as many as heads for queries.
  var keyValueHeadCount: Int?
  /// nil: the width of the stream, divided by the heads.
  var headSize: Int?
  /// Hidden units of the feed-forward layer for each float of the stream; nil: the key has to be there.
  var expansion: Int?
  var vocabularyCount: Int?
  var contextLength: Int
  var beginToken: Int32?
  var endToken: Int32?
  var normEpsilon: Float = 1e-6
  var hasTiedHead = false
}
