/// How the keys of GGUF files become those of `config.json`, for each architecture that is read. GGUF has one list of
/// keys, each behind the name of the architecture (`gguf/constants.py` of the gguf package); families differ in how
/// they spell them.
struct GGUFArchitecture {
  /// What `general.architecture` is, and what the keys begin with.
  let name: String
  /// What `model_type` of the family is.
  let modelType: String
  /// For keys of GGUF those of `config.json`, numbers of either kind.
  let numbers: [String: String]
  /// Values that every model of the architecture has and no key of the file says.
  let activation: (key: String, name: String)?
  /// Whether the files hold rows 2i and 2i + 1 of each head of q and k in the place of i and i + half.
  let isInterleaved: Bool
  /// Whether positions are rotated.
  let isRotary: Bool

  private init(
    _ name: String, modelType: String? = nil, numbers: [String: String],
    activation: (key: String, name: String)? = ("hidden_act", "silu"), isInterleaved: Bool = false,
    isRotary: Bool = true
  ) {
    self.name = name
    self.modelType = modelType ?? name
    self.numbers = numbers
    self.activation = activation
    self.isInterleaved = isInterleaved
    self.isRotary = isRotary
  }

  /// The architecture of that name.
  init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  // MARK: The list

  /// The architectures that are read: a line each.
  static let all = [
    GGUFArchitecture("llama", numbers: llama, isInterleaved: true),
    GGUFArchitecture("qwen2", numbers: llama),
    GGUFArchitecture("qwen3", numbers: llama),
    GGUFArchitecture(
      "gemma3", modelType: "gemma3_text", numbers: llama.merging(gemma) { $1 },
      activation: ("hidden_activation", "gelu_pytorch_tanh")),
    GGUFArchitecture(
      "gemma2", numbers: llama.merging(gemma) { $1 }, activation: ("hidden_activation", "gelu_pytorch_tanh")),
    GGUFArchitecture("gpt2", numbers: gpt2, activation: ("activation_function", "gelu_new"), isRotary: false),
    GGUFArchitecture(
      "gptneox", modelType: "gpt_neox",
      numbers: layer.merging(["attention.layer_norm_epsilon": "layer_norm_eps", "rope.freq_base": "rotary_emb_base"]) {
        $1
      }, activation: ("hidden_act", "gelu")),
    GGUFArchitecture(
      "phi3",
      numbers: llama.merging([
        "rope.scaling.original_context_length": "original_max_position_embeddings",
        "attention.sliding_window": "sliding_window",
      ]) { $1 }),
    GGUFArchitecture("olmo2", numbers: llama),
    GGUFArchitecture("smollm3", numbers: llama, isInterleaved: true),
    GGUFArchitecture(
      "falcon",
      numbers: [
        "embedding_length": "hidden_size", "feed_forward_length": "ffn_hidden_size",
        "block_count": "num_hidden_layers", "attention.head_count": "num_attention_heads",
        "context_length": "max_position_embeddings", "attention.layer_norm_epsilon": "layer_norm_epsilon",
        "rope.freq_base": "rope_theta",
      ], activation: ("activation", "gelu")),
    GGUFArchitecture(
      "bloom",
      numbers: [
        "embedding_length": "hidden_size", "block_count": "n_layer", "attention.head_count": "n_head",
        "context_length": "seq_length", "attention.layer_norm_epsilon": "layer_norm_epsilon",
      ], activation: nil, isRotary: false),
  ]

  // MARK: Spellings

  private static let layer = [
    "embedding_length": "hidden_size", "feed_forward_length": "intermediate_size", "block_count": "num_hidden_layers",
    "attention.head_count": "num_attention_heads", "context_length": "max_position_embeddings",
  ]

  private static let llama = layer.merging([
    "attention.head_count_kv": "num_key_value_heads", "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "rope.freq_base": "rope_theta",
  ]) { $1 }

  private static let gemma = [
    "attention.sliding_window": "sliding_window", "attn_logit_softcapping": "attn_logit_softcapping",
    "final_logit_softcapping": "final_logit_softcapping", "rope.freq_base_swa": "rope_local_base_freq",
  ]

  private static let gpt2 = [
    "embedding_length": "n_embd", "feed_forward_length": "n_inner", "block_count": "n_layer",
    "attention.head_count": "n_head", "context_length": "n_positions",
    "attention.layer_norm_epsilon": "layer_norm_epsilon",
  ]
}
