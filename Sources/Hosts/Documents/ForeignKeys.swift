import StrictJSON

/// Keys by which architectures differ from one another. A model whose file sets one that its family has not asked for
/// would be computed wrongly, whatever its `model_type` says.
enum ForeignKeys {
  /// What a value must be for the key to change nothing, beside null, false, 0 and nothing at all.
  private enum Neutral {
    case nothing
    case one
    case oneOrLess
    case text([String])
    case yes
    case number(Double)
  }

  /// Refuses the first key that would change results, of those that the family has not asked for.
  static func check(_ root: ConfigurationObject, headSize: Int) throws {
    for member in root.members where !root.wasAsked(for: member.name.text) {
      let name = member.name.text
      guard let neutral = neutral(of: name.lowercased(), headSize: headSize), !isNeutral(member.value, neutral) else {
        continue
      }
      throw root.refusal(
        "\(name) is \(member.value.phrase), which changes what a model of its model_type computes and is not "
          + "supported; take another model, or remove the key if it is not meant")
    }
  }

  /// What is neutral for a key; nil for keys that change nothing.
  private static func neutral(of name: String, headSize: Int) -> Neutral? {
    if name == "attention_multiplier" { return .number(1 / Double(headSize).squareRoot()) }
    if ["query_pre_attn_scalar", "rotary_dim", "head_dim"].contains(name) { return .number(Double(headSize)) }
    if name == "is_causal" { return .yes }
    if name == "sliding_window" { return .nothing }
    if name == "position_embedding_type" { return .text(["rope", "rotary"]) }
    if experts.contains(name) { return .oneOrLess }
    if factors.contains(where: name.contains) && name != "ffn_dim_multiplier" { return .one }
    return parts.contains(where: name.contains) ? .nothing : nil
  }

  /// Keys of the number of experts of a layer; a layer has one where it has no choice between them.
  static let experts = ["num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"]

  /// Parts of names of numbers by which something is multiplied or divided.
  private static let factors = [
    "_multiplier", "logits_scaling", "logit_scale", "logits_scale", "scale_emb", "scale_depth", "embedding_scale",
    "rotary_pct", "rope_pct", "no_rope_layers",
  ]

  /// Parts of names of what other architectures have and these have not.
  private static let parts = [
    "softcap", "soft_cap", "clip_qkv", "qkv_clip", "qk_norm", "qk_layernorm", "qk_layer_norm", "q_lora_rank",
    "kv_lora_rank",
    "alibi", "parallel_attn", "parallel_residual", "connection_post_layernorm", "rope_interleave",
    "attention_chunk_size",
    "attn_temperature", "no_rope_layer_interval", "bidirectional_attention", "is_encoder_decoder",
    "add_cross_attention",
    "num_kv_shared_layers", "vision_config", "audio_config", "text_config", "sandwich_norm", "mlp_bias",
  ]

  private static func isNeutral(_ value: JSONValue, _ neutral: Neutral) -> Bool {
    switch (value, neutral) {
    case (.null, _), (.flag(false), .nothing), (.flag(false), .one), (.flag(true), .yes): return true
    case (.list(let values), .one): return values.allSatisfy { $0.number == 1 }
    case (.list(let values), _): return values.isEmpty
    case (.object(let members), _): return members.isEmpty
    case (.text(let text), .text(let names)): return names.contains(text.text)
    case (.text(let text), _): return text.bytes.isEmpty
    default: break
    }
    guard let number = value.number else { return false }
    switch neutral {
    case .one: return number == 1
    case .oneOrLess: return number <= 1
    case .number(let wanted): return abs(number - wanted) <= 1e-6 * wanted
    case .nothing: return number == 0
    case .text, .yes: return false
    }
  }
}
