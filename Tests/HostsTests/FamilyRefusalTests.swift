import Hosts
import Testing
import TestSupport

/// Keys that a family does not honour are refused by their names; what is no family here is named for what it is.
@Suite struct FamilyRefusalTests {
  /// Keys of each family's own configuration, and of models that are often taken for one of it.
  static let refused: [(type: String, key: String, words: String)] = [
    ("llama", #""mlp_bias": "yes""#, "'mlp_bias' is 'yes' where true or false belongs"),
    ("mistral", #""mlp_bias": true"#, "mlp_bias is true"),
    ("llama", #""hidden_act": "mish""#, "hidden_act is 'mish'; only silu"),
    ("qwen3", #""head_dim": 9"#, "head_dim"),
    ("qwen3", #""rope_scaling": {"rope_type": "yarn", "factor": 4.0}"#, "rotary scaling 'yarn'"),
    ("qwen3", #""layer_types": ["full_attention"]"#, "layer_types names 1 layers of 4"),
    ("qwen3", #""num_experts": 8"#, "num_experts is 8"),
    ("qwen3", #""partial_rotary_factor": 0.5"#, "partial_rotary_factor is 0.5"),
    ("gemma2", #""use_bidirectional_attention": true"#, "use_bidirectional_attention is true"),
    ("gemma2", #""query_pre_attn_scalar": 0"#, "query_pre_attn_scalar is 0"),
    ("gemma2", #""attn_logit_softcapping": 0"#, "attn_logit_softcapping is 0"),
    ("gemma2", #""final_logit_softcapping": -1.0"#, "final_logit_softcapping is -1"),
    ("gemma2", #""hidden_activation": "gelu_tanh_new""#, "hidden_activation is 'gelu_tanh_new'"),
    ("gemma2", #""sliding_window": null"#, "without a sliding_window"),
    ("gemma3_text", #""attn_logit_softcapping": 50.0"#, "attn_logit_softcapping is 50"),
    ("gemma3_text", #""use_bidirectional_attention": true"#, "use_bidirectional_attention is true"),
    ("gemma3_text", #""sliding_window_pattern": 0"#, "sliding_window_pattern is 0"),
    ("gemma3_text", #""sliding_window": 0"#, "sliding_window is 0"),
    ("gemma3_text", #""rope_parameters": {"rope_theta": 1e6}"#, "rope_parameters has neither full_attention"),
    ("gemma3_text", #""rope_scaling": {"type": "yarn", "factor": 8}"#, "rotary scaling 'yarn'"),
    ("gpt2", #""add_cross_attention": true"#, "add_cross_attention is true"),
    ("gpt2", #""n_head": 5"#, "n_embd 32 is no multiple of n_head 5"),
    ("gpt2", #""hidden_size": 64"#, "'n_embd' is 32 and 'hidden_size' is 64"),
    ("gpt2", #""activation_function": "tanh""#, "activation_function is 'tanh'"),
    ("gpt2", #""layer_norm_epsilon": 0"#, "layer_norm_epsilon is 0"),
    ("gpt_neox", #""rotary_pct": 0"#, "rotary_pct is 0"),
    ("gpt_neox", #""rotary_pct": 0.4"#, "pairs do not come out even"),
    ("gpt_neox", #""rotary_emb_base": 0"#, "rope_theta is 0"),
    ("gpt_neox", #""head_dim": 16"#, "head_dim is 16"),
    ("phi3", #""partial_rotary_factor": 1.5"#, "partial_rotary_factor is 1.5"),
    ("phi3", #""rope_scaling": {"type": "su", "long_factor": [1, 1, 1, 1]}"#, "lacks rope_scaling.short_factor"),
    (
      "phi3", #""rope_scaling": {"type": "longrope", "short_factor": [1, 1], "long_factor": [1, 1, 1, 1]}"#,
      "short_factor has 2 numbers for 4 pairs"
    ),
    (
      "phi3", #""rope_scaling": {"type": "longrope", "short_factor": [1, 0, 1, 1], "long_factor": [1, 1, 1, 1]}"#,
      "short_factor holds 0"
    ),
    ("phi3", #""sliding_window": -1"#, "sliding_window is -1"),
    ("phi3", #""num_local_experts": 16"#, "num_local_experts is 16"),
    ("olmo2", #""sliding_window": 16"#, "sliding_window is 16"),
    ("olmo2", #""clip_qkv": 8.0"#, "clip_qkv is 8"),
    ("gpt_neo", #""attention_types": [[["global", "local"], 3]]"#, "attention_types is no list of patterns"),
    ("gpt_neo", #""attention_types": [[["global"], 3]]"#, "attention_types means 3 layers of 4"),
    ("gpt_neo", #""attention_types": [[["sparse"], 4]]"#, "attention_types names 'sparse'"),
    ("gpt_neo", #""attention_types": null"#, "attention_types, which is absent, means 24 layers of 4"),
    ("gpt_neo", #""window_size": 0"#, "window_size is 0"),
    ("opt", #""word_embed_proj_dim": 16"#, "word_embed_proj_dim is 16 and hidden_size 32"),
    ("opt", #""activation_function": "gelu_10""#, "activation_function is 'gelu_10'"),
    ("smollm3", #""no_rope_layers": [1, 0]"#, "no_rope_layers has 2 of 4 layers"),
    ("smollm3", #""no_rope_layer_interval": 0"#, "no_rope_layer_interval is 0"),
    ("falcon", #""alibi": true"#, "alibi is true"),
    ("falcon", #""num_ln_in_parallel_attn": 2"#, "num_ln_in_parallel_attn 2 do not go together"),
    ("falcon", #""new_decoder_architecture": true, "parallel_attn": false"#, "parallel_attn false"),
    (
      "falcon", #""apply_residual_connection_post_layernorm": true"#, "apply_residual_connection_post_layernorm is true"
    ),
    ("falcon", #""activation": "swiglu""#, "activation is 'swiglu'"),
    ("bloom", #""hidden_size": 64"#, "'hidden_size' is 64 and 'n_embed' is 32"),
  ]

  @Test(arguments: refused)
  func optionsThatAreNotHonouredAreNamed(type: String, key: String, words: String) throws {
    let sentence = try FamilyConfiguration(type).refusal(key)
    #expect(sentence.contains(words), "\(sentence)")
  }

  static let foreign: [(keys: String, words: String)] = [
    (#""model_type": "mixtral", "num_local_experts": 8"#, "a mixture of experts (num_local_experts is 8)"),
    (#""model_type": "qwen3_moe", "num_experts": 128"#, "a mixture of experts (num_experts is 128)"),
    (
      #""model_type": "llama4", "text_config": {"num_local_experts": 16}"#,
      "a mixture of experts (text_config.num_local_experts is 16)"
    ),
    (
      #""model_type": "qwen2_vl", "vision_config": {"depth": 32}"#,
      "a model that reads more than text (vision_config)"
    ),
    (#""model_type": "t5", "is_encoder_decoder": true"#, "an encoder with a decoder (is_encoder_decoder)"),
    (#""model_type": "bert""#, "an encoder, which continues no text"),
    (#""model_type": "mamba""#, "model_type is 'mamba'; the architectures supported are llama, mistral, qwen2, qwen3"),
    (#""architectures": ["MambaForCausalLM"]"#, "it has no model_type; the architectures supported are llama"),
  ]

  @Test(arguments: foreign)
  func otherModelsAreNamedForWhatTheyAre(keys: String, words: String) {
    let sentence = FamilyConfiguration.refusal("{\(keys)}")
    #expect(sentence.contains(words), "\(sentence)")
    for type in FamilyConfiguration.types { #expect(sentence.contains(type), "\(sentence)") }
  }

  @Test(arguments: FamilyConfiguration.types)
  func quantisedModelsOfAnyFamilyAreRefused(type: String) throws {
    for keys in [
      #""quantization_config": {"quant_method": "gptq", "bits": 4}"#,
      #""quantization_config": {"quant_method": "awq", "w_bit": 4}"#,
      #""quantization_config": {"quant_method": "fp8"}"#, #""quantization_config": {"load_in_4bit": true}"#,
    ] {
      let sentence = try FamilyConfiguration(type).refusal(keys)
      #expect(sentence.contains("quantization_config says that the weights are quantised"), "\(sentence)")
    }
  }

  /// The keys of a nested language model are its own; those of the whole say what both have.
  @Test func nestedModelsAreRefusedByTheNamesOfTheirKeys() {
    func refusal(_ inner: String, _ outer: String = "") -> String {
      FamilyConfiguration.refusal(
        #"{"model_type": "gemma3", \#(outer)"text_config": {"hidden_size": 32, "intermediate_size": 48, "#
          + #""num_hidden_layers": 2\#(inner)}}"#)
    }
    #expect(refusal("") == "accepted")
    #expect(refusal(#", "query_pre_attn_scalar": "x""#).contains("'text_config.query_pre_attn_scalar' is 'x'"))
    #expect(refusal("", #""quantization_config": {"quant_method": "gptq"}, "#).contains("quantised by gptq"))
    #expect(refusal(#", "quantization_config": {"quant_method": "awq"}"#).contains("quantised by awq"))
    #expect(
      FamilyConfiguration.refusal(#"{"model_type": "gemma3", "vision_config": {"depth": 3}}"#).contains("hidden_size"))
  }
}
