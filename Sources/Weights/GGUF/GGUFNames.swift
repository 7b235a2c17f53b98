/// What transformers calls the tensors of a GGUF file. The two have the same parts for the most, and GGUF one list of
/// names for all architectures; `tensor_mapping.py` of the gguf package is the other direction.
struct GGUFNames {
  /// Names without a layer, and of a layer, without "weight" and "bias" behind them.
  private let outer: [String: String]
  private let inner: [String: String]
  /// What stands before the number of a layer.
  private let layers: String

  /// The names of an architecture, nil for one that is not known here. Falcon's models of two norms before a block call
  /// them otherwise than those of one.
  init?(architecture: String, hasTwoNorms: Bool) {
    switch architecture {
    case "llama", "qwen2", "qwen3", "smollm3": self.init(GGUFNames.llama)
    case "olmo2": self.init(GGUFNames.llama.merging(GGUFNames.behind) { $1 })
    case "gemma2", "gemma3":
      self.init(
        GGUFNames.llama.merging(GGUFNames.behind) { $1 }.merging(["ffn_norm": "pre_feedforward_layernorm"]) { $1 })
    case "phi3":
      self.init(
        GGUFNames.llama.merging(["attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.gate_up_proj"]) { $1 })
    case "gpt2":
      self.init(
        [
          "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
          "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
        ],
        outer: [
          "token_embd": "transformer.wte", "position_embd": "transformer.wpe", "output_norm": "transformer.ln_f",
          "output": "lm_head",
        ], layers: "transformer.h")
    case "gptneox":
      self.init(
        GGUFNames.neox("attention"),
        outer: [
          "token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm", "output": "embed_out",
        ], layers: "gpt_neox.layers")
    case "bloom":
      self.init(GGUFNames.neox("self_attention"), outer: GGUFNames.transformer, layers: "transformer.h")
    case "falcon":
      let norms = hasTwoNorms ? ["attn_norm": "ln_mlp", "attn_norm_2": "ln_attn"] : [:]
      self.init(
        GGUFNames.neox("self_attention").merging(norms) { $1 }, outer: GGUFNames.transformer, layers: "transformer.h")
    default: return nil
    }
  }

  private init(
    _ inner: [String: String],
    outer: [String: String] = ["token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"],
    layers: String = "model.layers"
  ) {
    self.inner = inner
    self.outer = outer
    self.layers = layers
  }

  // MARK: Words

  private static let llama = [
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ]

  /// Norms behind the parts of a block.
  private static let behind = [
    "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
  ]

  private static let transformer = [
    "token_embd": "transformer.word_embeddings", "token_embd_norm": "transformer.word_embeddings_layernorm",
    "output_norm": "transformer.ln_f", "output": "lm_head",
  ]

  private static func neox(_ attention: String) -> [String: String] {
    [
      "attn_norm": "input_layernorm", "attn_qkv": "\(attention).query_key_value", "attn_output": "\(attention).dense",
      "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
    ]
  }

  // MARK: Names

  /// What transformers calls the tensor; its own name where it has none there.
  func translated(_ name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return name }
    let (module, ending) = (name[..<dot], name[dot...])
    if let known = outer[String(module)] { return known + ending }
    let parts = module.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "blk", let known = inner[String(parts[2])] else { return name }
    return "\(layers).\(parts[1]).\(known)\(ending)"
  }
}
