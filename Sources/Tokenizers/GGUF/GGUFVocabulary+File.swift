import Weights

extension GGUFVocabulary {
  /// The models of files without a tokenizer.
  private static let absent = ["none", "no_vocab"]

  /// Whether the file at `path` is a GGUF file that holds a vocabulary, or that is too damaged to tell.
  static func isThere(in path: String) -> Bool {
    guard FileKind(path: path) == .gguf else { return false }
    do {
      return try GGUFFile(path: path).metadata.text("tokenizer.ggml.model").map { !absent.contains($0) } ?? false
    } catch {
      return true
    }
  }

  /// Reads the vocabulary of the GGUF file at `path`, or of the first part of a split one.
  ///
  /// Throws a `TokenizerError` where there is none, or the file is damaged.
  init(path: String) throws {
    do {
      try self.init(GGUFFile(path: path).metadata)
    } catch let error as WeightsError {
      throw TokenizerError(error.description)
    }
  }

  private init(_ metadata: GGUFMetadata) throws {
    func texts(_ key: String) throws -> [[UInt8]]? {
      // Counted before they are read, because each takes more room than in the file.
      if let count = metadata.count(of: key), count > TokenIdentifier.limit {
        throw metadata.refusal(key, "has \(count) elements, over \(TokenIdentifier.limit)")
      }
      return try metadata.texts(key)?.map { Array($0.utf8) }
    }
    guard let model = try metadata.text("tokenizer.ggml.model"), !Self.absent.contains(model),
      let tokens = try texts("tokenizer.ggml.tokens")
    else {
      throw TokenizerError(
        file: metadata.path, "the GGUF file has no tokenizer in it; name the tokenizer.json of the model")
    }
    self.init(file: metadata.path, model: model, tokens: tokens)
    preTokenizer = try metadata.text("tokenizer.ggml.pre")
    scores = try metadata.numbers("tokenizer.ggml.scores")
    types = try metadata.integers("tokenizer.ggml.token_type").map { $0.map { Int32(clamping: $0) } }
    merges = try texts("tokenizer.ggml.merges")
    beginToken = try metadata.integer("tokenizer.ggml.bos_token_id")
    endToken = try metadata.integer("tokenizer.ggml.eos_token_id")
    addsBeginToken = try metadata.flag("tokenizer.ggml.add_bos_token")
    addsEndToken = try metadata.flag("tokenizer.ggml.add_eos_token")
    addsSpacePrefix = try metadata.flag("tokenizer.ggml.add_space_prefix")
  }
}
