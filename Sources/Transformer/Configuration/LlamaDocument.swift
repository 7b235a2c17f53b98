import Weights

/// `config.json` of the Llama family as Hugging Face spells it: Llama, Mistral (and Zephyr), Qwen2.
struct LlamaDocument {
  private let root: ConfigurationObject
  /// `generation_config.json`: where it is there, its end tokens count, and not those of `config.json`.
  private let generation: ConfigurationObject?
  private let family: ModelFamily

  /// Reads the two files of a folder; refuses models that are quantised or of another architecture.
  init(folder: String) throws {
    guard let root = try ConfigurationObject.read("config.json", folder: folder) else {
      throw TransformerError(
        "cannot read \(folder)/config.json: there is no such file; "
          + "\(try FolderContents(path: folder).lackOfConfiguration)"
      )
    }
    if let sentence = Quantization(root)?.sentence { throw root.refusal(sentence) }
    self.root = root
    family = try ModelFamily(root)
    generation = try ConfigurationObject.read("generation_config.json", folder: folder)
  }

  /// Checks what the decoder supports and translates; each refusal names the key.
  func configuration() throws -> LlamaConfiguration {
    let headCount = try root.required("num_attention_heads", root.integer)
    let hiddenSize = try root.required("hidden_size", root.integer)
    let contextLength = try root.integer("max_position_embeddings") ?? family.contextLength
    let layerCount = try root.required("num_hidden_layers", root.integer)
    // Only Llama's own code reads attention_bias; Qwen2 always has biases on q, k and v, Mistral has none.
    let hasBias = try family == .llama && root.flag("attention_bias") == true
    let configuration = LlamaConfiguration(
      hiddenSize: hiddenSize, intermediateSize: try root.required("intermediate_size", root.integer),
      layerCount: layerCount, headCount: headCount, keyValueHeadCount: try keyValueHeadCount(of: headCount),
      headSize: try root.integer("head_dim") ?? hiddenSize / max(headCount, 1),
      vocabularyCount: try root.required("vocab_size", root.integer), contextLength: contextLength,
      normEpsilon: Float(try root.number("rms_norm_eps") ?? 1e-6),
      rotary: try RotaryDocument(root, contextLength: contextLength).scaling(),
      slidingWindow: try WindowDocument(root, family: family, layerCount: layerCount, contextLength: contextLength)
        .window(),
      tiedHead: try root.flag("tie_word_embeddings") ?? false, inputBias: hasBias || family == .qwen2,
      outputBias: hasBias, beginToken: try beginToken(), endTokens: try endTokens())
    try checkActivation()
    try ForeignKeys.check(root, headSize: configuration.headSize)
    return configuration
  }

  // MARK: Parts

  private func keyValueHeadCount(of headCount: Int) throws -> Int {
    if root.has("num_key_value_heads") { return try root.integer("num_key_value_heads") ?? headCount }
    return family.keyValueHeadCount ?? headCount
  }

  private func beginToken() throws -> Int32? {
    root.has("bos_token_id") ? try root.tokens("bos_token_id")?.first : family.beginToken
  }

  private func endTokens() throws -> [Int32] {
    if let tokens = try generation?.tokens("eos_token_id") { return tokens }
    if root.has("eos_token_id") { return try root.tokens("eos_token_id") ?? [] }
    return family.endToken.map { [$0] } ?? []
  }

  /// transformers has the function under two names.
  private func checkActivation() throws {
    let supported = ["silu", "swish"]
    for key in ["hidden_act", "hidden_activation"] {
      if let activation = try root.text(key), !supported.contains(activation) {
        throw root.refusal(
          "\(key) is '\(activation)'; only silu, which is also named swish, is supported, so take another model")
      }
    }
  }
}
