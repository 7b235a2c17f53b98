import Foundation
import Hosts
import Testing
import TestSupport
import Transformer

/// `config.json` as other programs and other people write it.
@Suite struct ForeignConfigurationTests {
  private static let common = """
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, \
    "num_key_value_heads": 2, "vocab_size": 100, "max_position_embeddings": 512
    """

  private func load(text: String, generation: String? = nil) throws -> GatedDecoder {
    try Places.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      if let generation {
        try Data(generation.utf8).write(to: URL(fileURLWithPath: folder + "/generation_config.json"))
      }
      return try GatedDecoder.load(path: folder)
    }
  }

  /// A configuration of these keys besides the sizes.
  private func load(_ keys: String, _ type: String = "llama", generation: String? = nil) throws -> GatedDecoder {
    let rest = keys.isEmpty ? "" : ",\n" + keys
    return try load(text: "{\"model_type\": \"\(type)\",\n\(Self.common)\(rest)\n}", generation: generation)
  }

  private func refusal(_ keys: String, _ type: String = "llama") -> String {
    do {
      _ = try load(keys, type)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  // MARK: The text

  @Test func keysOccurOnce() {
    let sentence = refusal("\"rope_theta\": 500000.0,\n\"rope_theta\": 30.0")
    #expect(sentence.contains("'rope_theta' occurs twice") && sentence.contains("line 4"))
    #expect(refusal(#""rope_scaling": {"factor": 1, "factor": 2}"#).contains("'factor' occurs twice"))
  }

  @Test func aByteOrderMarkIsNoKey() throws {
    #expect(try load(text: "\u{FEFF}{\"model_type\": \"llama\", \(Self.common)}").hiddenSize == 64)
  }

  @Test func brokenTextsNameTheLine() {
    #expect(refusal("\n\n\"rope_theta\" 5").contains("line 5: it is not JSON"))
    #expect(throws: HostsError.self) { try load(text: "[1]") }
    #expect(throws: HostsError.self) { try load(text: "") }
    #expect(refusal(#""rms_norm_eps": "1e-5""#).contains("'rms_norm_eps' is '1e-5' where a number belongs"))
    #expect(refusal(#""tie_word_embeddings": 1"#).contains("true or false"))
    #expect(refusal(#""eos_token_id": 4294967296"#).contains("'eos_token_id'"))
  }

  @Test func generationConfigurationsAreReadAsStrictly() throws {
    #expect(try load("", generation: #"{"eos_token_id": [7, 8]}"#).endTokens == [7, 8])
    #expect(try load(#""eos_token_id": 5"#, generation: "{}").endTokens == [5])
    #expect(throws: HostsError.self) { try load("", generation: #"{"eos_token_id": 1, "eos_token_id": 2}"#) }
    #expect(throws: HostsError.self) { try load("", generation: "{") }
  }

  // MARK: The architecture

  @Test func whatIsAbsentIsTheFamilys() throws {
    #expect(try load("").endTokens == [2] && load("").beginToken == 1)
    #expect(try load(#""eos_token_id": null, "bos_token_id": null"#).endTokens.isEmpty)
    #expect(try load("", "qwen2").endTokens.isEmpty && load("", "qwen2").beginToken == nil)
    #expect(try load(text: "{\"architectures\": [\"LlamaForCausalLM\"], \(Self.common)}").hiddenSize == 64)
    #expect(throws: HostsError.self) {
      try load(text: "{\"architectures\": [\"GPT2LMHeadModel\"], \(Self.common)}")
    }
    let heads = Self.common.replacing("\"num_key_value_heads\": 2, ", with: "").replacing(
      "heads\": 4", with: "heads\": 32")
    #expect(try load(text: "{\"model_type\": \"mistral\", \(heads)}").keyValueHeadCount == 8)
    #expect(try load(text: "{\"model_type\": \"llama\", \(heads)}").keyValueHeadCount == 32)
  }

  @Test func activationsHaveTwoNames() throws {
    #expect(try load(#""hidden_act": "swish""#) == load(#""hidden_act": "silu""#))
    #expect(try load(#""hidden_act": "gelu_new""#) == load(#""hidden_act": "gelu_pytorch_tanh""#))
    #expect(try load(#""hidden_act": "gelu""#) != load(#""hidden_act": "gelu_new""#))
    #expect(refusal(#""hidden_act": "laplace""#).contains("silu"))
    #expect(refusal(#""hidden_act": "silu", "hidden_activation": "gelu""#).contains("hidden_activation"))
    #expect(refusal(#""hidden_activation": "relu2""#).contains("hidden_activation is 'relu2'"))
  }

  @Test(arguments: [
    #""residual_multiplier": 0.22"#, #""embedding_multiplier": 12"#, #""attention_multiplier": 0.0078125"#,
    #""logits_scaling": 8.0"#, #""logit_scale": 0.0625"#, #""final_logit_softcapping": 30.0"#,
    #""attn_logit_softcapping": 50.0"#, #""query_pre_attn_scalar": 256"#, #""clip_qkv": 8.0"#, #""use_qk_norm": true"#,
    #""qk_layernorm": true"#, #""num_local_experts": 8"#, #""n_routed_experts": 64"#, #""kv_lora_rank": 512"#,
    #""no_rope_layers": [1, 0]"#, #""parallel_attn": true"#, #""alibi": true"#,
    #""position_embedding_type": "absolute""#, #""is_causal": false"#, #""vision_config": {"depth": 3}"#,
    #""partial_rotary_factor": 0.5"#, #""rope_interleaved": true"#, #""scale_emb": 12"#,
  ])
  func keysThatChangeResultsAreNamed(_ key: String) {
    for type in ["llama", "mistral", "qwen2"] {
      let sentence = refusal(key, type)
      #expect(sentence.contains(key.split(separator: "\"")[0]), "\(sentence)")
    }
  }

  @Test(arguments: [
    #""residual_multiplier": 1.0"#, #""attention_multiplier": 0.25"#, #""final_logit_softcapping": null"#,
    #""query_pre_attn_scalar": 16"#, #""clip_qkv": null"#, #""use_qk_norm": false"#, #""num_local_experts": 0"#,
    #""no_rope_layers": [1, 1]"#, #""partial_rotary_factor": 1.0"#, #""pretraining_tp": 4"#, #""unsloth_version": "1""#,
    #""quantization_config": null"#, #""torch_dtype": "float16", "dtype": "bfloat16""#, #""ffn_dim_multiplier": 1.3"#,
    #""rope_scaling": {}"#, #""_name_or_path": "x", "use_cache": false, "attention_dropout": 0.1"#,
  ])
  func keysThatChangeNothingAreNoObstacle(_ key: String) throws {
    #expect(try load(key) == load(""))
  }

  // MARK: Windows

  @Test func windows() throws {
    let types = { (names: [String]) in
      "\"layer_types\": [\(names.map { "\"\($0)_attention\"" }.joined(separator: ", "))]"
    }
    #expect(try load(#""sliding_window": 32, "use_sliding_window": false"#, "qwen2").slidingWindow == nil)
    let qwen = #""sliding_window": 32, "use_sliding_window": true"#
    #expect(try load(qwen, "qwen2").slidingWindow == nil)
    #expect(try load(qwen + #", "max_window_layers": 0"#, "qwen2").slidingWindow == 32)
    let later = LayerWindows(length: 32, fullLayers: [0])
    #expect(try load(qwen + #", "max_window_layers": 1"#, "qwen2").windows == later)
    #expect(try load(qwen + ", " + types(["full", "sliding"]), "qwen2").windows == later)
    #expect(refusal(qwen + ", " + types(["full"]), "qwen2").contains("layer_types names 1 layers of 2"))
    #expect(try load(qwen + ", " + types(["sliding", "sliding"]), "qwen2").slidingWindow == 32)
    #expect(refusal(types(["full", "linear"])).contains("'linear_attention'"))
    #expect(try load(types(["full", "full"])) == load(""))
    #expect(refusal(#""sliding_window": 32"#).contains("sliding_window is 32"))
    #expect(try load(#""sliding_window": null"#) == load(""))
    #expect(try load(#""sliding_window": 32, "# + types(["full", "full"]), "mistral").slidingWindow == nil)
    #expect(refusal(types(["sliding", "sliding"]), "qwen2").contains("without a sliding_window"))
    #expect(refusal(#""sliding_window": 32, "use_sliding_window": false"#, "mistral").contains("use_sliding_window"))
    #expect(try load(#""sliding_window": 32, "use_sliding_window": false"#) == load(""))
  }

  // MARK: Rotary embeddings

  @Test func spellingsOfRotaryEmbeddings() throws {
    let old = try load(#""rope_theta": 500000.0, "rope_scaling": {"type": "linear", "factor": 4}"#)
    #expect(old == (try load(#""rope_parameters": {"rope_theta": 500000.0, "rope_type": "linear", "factor": 4.0}"#)))
    #expect(try load(#""rope_scaling": {"type": "dynamic", "factor": 4.0}"#) == load(""))
    let llama3 = #""rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4"#
    let inside = try load("\"rope_scaling\": {\(llama3), \"original_max_position_embeddings\": 64}")
    #expect(inside == (try load("\"original_max_position_embeddings\": 64, \"rope_scaling\": {\(llama3)}")))
    #expect(
      try load("\"rope_scaling\": {\(llama3)}").rotary.kind
        == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 512))
    for type in ["yarn", "longrope", "su", "mrope"] {
      #expect(refusal("\"rope_scaling\": {\"type\": \"\(type)\", \"factor\": 2.0}").contains("'\(type)'"))
    }
    #expect(refusal(#""rope_parameters": {"full_attention": {"rope_theta": 1e4}}"#).contains("full_attention"))
    #expect(refusal(#""rope_scaling": {"type": "dynamic", "alpha": 1000.0}"#).contains("alpha"))
  }

  // MARK: Quantised models

  @Test(arguments: [
    (#""quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 16}"#, "gptq to 4 bits"),
    (#""quantization_config": {"quant_method": "awq", "w_bit": 4}"#, "awq to 4 bits"),
    (#""quantization_config": {"load_in_8bit": true, "load_in_4bit": false}"#, "to 8 bits"),
    (#""quantization_config": {"quant_method": "fp8", "activation_scheme": "dynamic"}"#, "by fp8"),
    (
      #""quantization_config": {"quant_method": "compressed-tensors", "#
        + #""config_groups": {"group_0": {"weights": {"num_bits": 8}}}}"#,
      "compressed-tensors to 8 bits"
    ), (#""quantization": {"group_size": 64, "bits": 4}"#, "to 4 bits"),
    (#""compression_config": {"format": "int-quantized"}"#, "by int-quantized"),
  ])
  func quantisedModelsAreRefused(_ keys: String, _ how: String) {
    let sentence = refusal(keys)
    #expect(sentence.contains("quantised") && sentence.contains(how), "\(sentence)")
  }
}
