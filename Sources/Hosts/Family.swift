import Transformer

/// A family of models: what its files are called by, and how they become a shape.
protocol Family: Sendable {
  /// What `model_type` of `config.json` is; names of classes begin with it too.
  static var modelType: String { get }
  /// The shape of a model whose files say this; refuses what would be computed otherwise.
  static func shape(_ document: HostDocument) throws -> HostShape
}

/// A family whose blocks are those of Llama, and which differs in what its files may leave out and in its biases.
protocol LlamaLike: Family {
  /// What transformers takes where a key is absent.
  static var usual: UsualValues { get }
  static var window: WindowRule { get }
  /// What its files call keys and modules; Llama's words where a family says nothing.
  static var spelling: LlamaSpelling { get }
  /// Whether q, k and v add a bias, and whether o does.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool)
}

extension LlamaLike {
  static var spelling: LlamaSpelling { LlamaSpelling() }

  static func shape(_ document: HostDocument) throws -> HostShape { try GatedDecoder(document, family: self).shape }
}

/// What transformers 5.24 takes where the files of a family leave a key out (`configuration_llama.py` and its like).
struct UsualValues {
  /// nil: as many as heads for queries.
  let keyValueHeadCount: Int?
  let contextLength: Int
  let beginToken: Int32?
  let endToken: Int32?
  var normEpsilon: Float = 1e-6
  var hasTiedHead = false
}
