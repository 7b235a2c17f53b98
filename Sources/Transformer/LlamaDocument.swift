import Foundation

/// `config.json` of the Llama family as Hugging Face spells it: Llama, Mistral (and Zephyr), Qwen2.
struct LlamaDocument: Decodable {
  let modelType: String?
  let architectures: [String]?
  let hiddenSize: Int
  let intermediateSize: Int
  let layerCount: Int
  let headCount: Int
  let keyValueHeadCount: Int?
  let headSize: Int?
  let vocabularyCount: Int
  let contextLength: Int?
  let normEpsilon: Double?
  let rotaryBase: Double?
  let ropeScaling: RopeDocument?
  let ropeParameters: RopeDocument?
  let slidingWindow: Int?
  let usesSlidingWindow: Bool?
  let tiedHead: Bool?
  let attentionBias: Bool?
  let feedForwardBias: Bool?
  let activation: String?
  let partialRotaryFactor: Double?
  let beginToken: TokenList?
  let endToken: TokenList?
  /// Whether the file has the key at all: for Mistral, an absent window is the family's, and null is none.
  var namesSlidingWindow = false

  enum CodingKeys: String, CodingKey {
    case modelType = "model_type"
    case architectures
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case layerCount = "num_hidden_layers"
    case headCount = "num_attention_heads"
    case keyValueHeadCount = "num_key_value_heads"
    case headSize = "head_dim"
    case vocabularyCount = "vocab_size"
    case contextLength = "max_position_embeddings"
    case normEpsilon = "rms_norm_eps"
    case rotaryBase = "rope_theta"
    case ropeScaling = "rope_scaling"
    case ropeParameters = "rope_parameters"
    case slidingWindow = "sliding_window"
    case usesSlidingWindow = "use_sliding_window"
    case tiedHead = "tie_word_embeddings"
    case attentionBias = "attention_bias"
    case feedForwardBias = "mlp_bias"
    case activation = "hidden_act"
    case partialRotaryFactor = "partial_rotary_factor"
    case beginToken = "bos_token_id"
    case endToken = "eos_token_id"
  }

  /// One token or a list of them, as both are written.
  struct TokenList: Decodable {
    let tokens: [Int32]

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(Int32.self) {
        tokens = [one]
      } else {
        tokens = try container.decode([Int32].self)
      }
    }
  }

  /// `rope_scaling` or `rope_parameters`.
  struct RopeDocument: Decodable {
    let type: String?
    let oldType: String?
    let base: Double?
    let factor: Double?
    let lowFrequencyFactor: Double?
    let highFrequencyFactor: Double?
    let originalContextLength: Double?
    let partialRotaryFactor: Double?

    enum CodingKeys: String, CodingKey {
      case type = "rope_type"
      case oldType = "type"
      case base = "rope_theta"
      case factor
      case lowFrequencyFactor = "low_freq_factor"
      case highFrequencyFactor = "high_freq_factor"
      case originalContextLength = "original_max_position_embeddings"
      case partialRotaryFactor = "partial_rotary_factor"
    }
  }

  /// `generation_config.json`: its end tokens go before those of `config.json`.
  private struct GenerationDocument: Decodable {
    let endToken: TokenList?
    enum CodingKeys: String, CodingKey { case endToken = "eos_token_id" }
  }

  // MARK: Reading

  static func load(folder: String) throws -> LlamaDocument {
    let path = folder + "/config.json"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw TransformerError("cannot read \(path): a model folder holds a config.json; check the path of the model")
    }
    do {
      var document = try JSONDecoder().decode(LlamaDocument.self, from: bytes)
      let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
      document.namesSlidingWindow = object?[CodingKeys.slidingWindow.rawValue] != nil
      return document
    } catch let error as DecodingError {
      throw TransformerError("cannot read \(path): \(error.sentence); this is not a Llama-family configuration")
    }
  }

  /// Checks what the decoder supports and translates; each refusal names the key.
  func configuration(folder: String) throws -> LlamaConfiguration {
    func refuse(_ problem: String) -> TransformerError {
      TransformerError("cannot use the model \(folder): config.json: \(problem)")
    }
    let families = ["llama", "mistral", "qwen2"]
    let family = modelType ?? "none"
    guard families.contains(family) else {
      throw refuse("model_type is '\(family)'; the architectures supported are \(families.joined(separator: ", "))")
    }
    if let activation, activation != "silu" {
      throw refuse("hidden_act is '\(activation)'; only silu is supported")
    }
    if feedForwardBias == true { throw refuse("mlp_bias is true; only models without it are supported") }
    if let factor = partialRotaryFactor ?? rope?.partialRotaryFactor, factor != 1 {
      throw refuse("partial_rotary_factor is \(factor); only 1 is supported")
    }
    let heads = max(headCount, 1)
    let mistralWindow = namesSlidingWindow ? slidingWindow : LlamaDocument.mistralWindow
    // Only Llama's own code reads attention_bias; Qwen2 always has biases on q, k and v, Mistral has none.
    let hasBias = family == "llama" && attentionBias == true
    if family == "qwen2" && usesSlidingWindow == true {
      throw refuse("use_sliding_window is true for qwen2, whose layers then differ; this is not supported")
    }
    return LlamaConfiguration(
      hiddenSize: hiddenSize, intermediateSize: intermediateSize, layerCount: layerCount, headCount: headCount,
      keyValueHeadCount: keyValueHeadCount ?? headCount, headSize: headSize ?? hiddenSize / heads,
      vocabularyCount: vocabularyCount, contextLength: contextLength ?? 2048,
      normEpsilon: Float(normEpsilon ?? 1e-6), rotary: try rotaryScaling(refuse: refuse),
      slidingWindow: family == "mistral" ? mistralWindow : nil, tiedHead: tiedHead ?? false,
      inputBias: hasBias || family == "qwen2", outputBias: hasBias,
      beginToken: beginToken?.tokens.first, endTokens: endTokens(folder: folder))
  }

  // MARK: Parts

  /// The window of a Mistral model whose file does not name one.
  private static let mistralWindow = 4096

  /// Where a file has both, transformers reads the older key.
  private var rope: RopeDocument? { ropeScaling ?? ropeParameters }

  private func endTokens(folder: String) -> [Int32] {
    if let bytes = FileManager.default.contents(atPath: folder + "/generation_config.json"),
      let generation = try? JSONDecoder().decode(GenerationDocument.self, from: bytes),
      let tokens = generation.endToken?.tokens
    {
      return tokens
    }
    return endToken?.tokens ?? []
  }

  private func rotaryScaling(refuse: (String) -> TransformerError) throws -> RotaryScaling {
    let base = rope?.base ?? rotaryBase ?? 10_000
    let type = rope?.type ?? rope?.oldType ?? "default"
    func required(_ value: Double?, _ key: String) throws -> Double {
      guard let value else { throw refuse("rotary scaling '\(type)' lacks \(key)") }
      return value
    }
    switch type {
    case "default": return RotaryScaling(base: base, kind: .none)
    case "linear":
      return RotaryScaling(base: base, kind: .linear(factor: try required(rope?.factor, "factor")))
    case "llama3":
      return RotaryScaling(
        base: base,
        kind: .llama3(
          factor: try required(rope?.factor, "factor"),
          lowFrequencyFactor: try required(rope?.lowFrequencyFactor, "low_freq_factor"),
          highFrequencyFactor: try required(rope?.highFrequencyFactor, "high_freq_factor"),
          originalContextLength: try required(rope?.originalContextLength, "original_max_position_embeddings")))
    default: throw refuse("rotary scaling '\(type)' is not supported; default, linear and llama3 are")
    }
  }
}

extension DecodingError {
  /// What is wrong, and at which key, in a few words.
  var sentence: String {
    switch self {
    case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
    case .dataCorrupted: "it is not valid JSON"
    @unknown default: "it cannot be decoded"
    }
  }
}
