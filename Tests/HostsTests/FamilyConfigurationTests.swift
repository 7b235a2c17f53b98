import Hosts
import Testing
import TestSupport
import Transformer

/// What families take where a key is absent, and how files of transformers 4 and 5 spell the same.
@Suite struct FamilyConfigurationTests {
  private func load(_ type: String, _ keys: String = "") throws -> HostShape {
    try FamilyConfiguration(type).load(keys)
  }

  @Test(
    arguments: [
      ("qwen3", false, 128, 1e-6), ("gemma3_text", true, 256, 1e-6), ("gemma2", true, 256, 1e-6),
      ("gpt2", true, 8, 1e-5),
      ("gpt_neox", false, 8, 1e-5), ("phi3", false, 8, 1e-5), ("olmo2", false, 8, 1e-5), ("gpt_neo", true, 8, 1e-5),
      ("opt", true, 8, 1e-5), ("smollm3", true, 8, 1e-6), ("falcon", true, 8, 1e-5), ("bloom", true, 8, 1e-5),
    ] as [(String, Bool, Int, Float)])
  func headsAndNormsAreThoseOfTheFamily(type: String, isTied: Bool, headSize: Int, epsilon: Float) throws {
    let shape = try load(type)
    #expect(shape.tiedHead == isTied && shape.attention?.headSize == headSize)
    #expect(shape.readout.norm.epsilon == epsilon)
    #expect(try load(type, #""tie_word_embeddings": \#(!isTied)"#).tiedHead == !isTied)
    #expect(try load(type, #""torch_dtype": "float16", "dtype": "bfloat16", "use_cache": false"#).layerCount == 4)
  }

  @Test(arguments: FamilyConfiguration.types)
  func classesNameFamiliesToo(type: String) throws {
    let name = type == "gpt2" ? "GPT2LMHeadModel" : type.replacing("_", with: "") + "ForCausalLM"
    let text = try FamilyConfiguration(type).text(#""model_type": null, "architectures": ["\#(name)"]"#)
    #expect(try FamilyConfiguration.load(text).blocks[0].description == load(type).blocks[0].description)
  }

  @Test func sizesWithoutKeys() throws {
    #expect(try load("gpt2").width(of: .up) == 128 && load("gpt2", #""n_inner": 40"#).width(of: .up) == 40)
    #expect(try load("gpt_neo", #""intermediate_size": null"#).width(of: .up) == 128)
    #expect(try load("bloom").width(of: .up) == 128)
    #expect(try load("falcon", #""ffn_hidden_size": 72"#).width(of: .up) == 72)
    #expect(try load("falcon").width(of: .key) == 8 && load("falcon", #""multi_query": false"#).width(of: .key) == 32)
    #expect(
      try load("falcon", #""new_decoder_architecture": true, "num_kv_heads": 2"#).width(of: .key) == 16)
    #expect(try load("gemma2", #""head_dim": 16"#).width(of: .query) == 64)
  }

  @Test func embeddingsAndReadouts() throws {
    #expect(try load("gemma2").embedding.tokens?.scale == Float(32).squareRoot() && load("gemma2").readout.cap == 30)
    #expect(try load("gemma2", #""final_logit_softcapping": null"#).readout.cap == nil)
    #expect(try load("gemma3_text").readout.cap == nil)
    #expect(try load("gemma3_text", #""final_logit_softcapping": 20"#).readout.cap == 20)
    #expect(try load("gpt2").embedding.tokens?.positions == PositionTable("wpe", rows: 64, offset: 0))
    #expect(try load("gpt2", #""n_ctx": 32"#).contextLength == 64)
    #expect(try load("opt").embedding.tokens?.positions == PositionTable("embed_positions", rows: 66, offset: 2))
    #expect(try load("bloom").embedding.tokens?.norm?.name == "word_embeddings_layernorm")
    #expect(try load("opt").readout.norm.kind == .layer)
    #expect(try load("opt", #""_remove_final_layer_norm": true"#).readout.norm.kind == .identity)
    #expect(try load("opt", #""do_layer_norm_before": false"#).readout.norm.kind == .identity)
  }

  // MARK: Rotations

  /// The rotation of queries in a layer.
  private func rotation(_ shape: HostShape, layer: Int = 0) -> Rotation? {
    shape.blocks[layer].steps.lazy.compactMap { $0 as? Rotation }.first
  }

  @Test func rotationsOfBothVersions() throws {
    let old = #""rope_theta": 1e6, "rope_local_base_freq": 5e3, "rope_scaling": {"rope_type": "linear", "factor": 8}"#
    let new =
      #""rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 1e6}, "#
      + #""sliding_attention": {"rope_type": "default", "rope_theta": 5e3}}"#
    for keys in [old, new] {
      let shape = try load("gemma3_text", keys + #", "sliding_window_pattern": 2"#)
      #expect(rotation(shape)?.rotary == RotaryScaling(base: 5000, kind: .none))
      #expect(rotation(shape, layer: 1)?.rotary == RotaryScaling(base: 1e6, kind: .linear(factor: 8)))
    }
    let usual = try load("gemma3_text", #""sliding_window_pattern": 2"#)
    #expect(rotation(usual)?.rotary.base == 10_000 && rotation(usual, layer: 1)?.rotary.base == 1e6)
    #expect(try rotation(load("smollm3"))?.rotary.base == 2e6)
    #expect(try rotation(load("gpt_neox", #""rotary_emb_base": 500, "rotary_pct": 0.5"#))?.rotated == 4)
    let pythia = try load("gpt_neox", #""rope_parameters": {"rope_theta": 500, "partial_rotary_factor": 0.5}"#)
    #expect(rotation(pythia)?.rotated == 4 && rotation(pythia)?.rotary.base == 500)
    #expect(try rotation(load("phi3", #""partial_rotary_factor": 0.5"#))?.rotated == 4)
    #expect(try rotation(load("gpt2")) == nil && rotation(load("bloom")) == nil)
  }

  /// Frequencies are others for texts beyond the first context; the model's is the whole one.
  @Test func longRopeHasTwoContexts() throws {
    let factors = #""short_factor": [1, 1.5, 2, 3], "long_factor": [4, 5, 6, 7]"#
    for name in ["longrope", "su", "yarn"] {
      let shape = try load(
        "phi3", #""original_max_position_embeddings": 16, "rope_scaling": {"type": "\#(name)", \#(factors)}"#)
      #expect(shape.contextLength == 64 && shape.firstContext == 16)
      guard case .longRope(let short, let long, 16, let factor) = rotation(shape)?.rotary.kind else {
        Issue.record("\(name) is longrope")
        return
      }
      #expect(short == [1, 1.5, 2, 3] && long == [4, 5, 6, 7])
      // √(1 + ln 4 / ln 16)
      #expect(abs(factor - 1.5.squareRoot()) < 1e-12)
    }
    let whole = try load("phi3", #""rope_scaling": {"type": "longrope", "attention_factor": 2.0, \#(factors)}"#)
    #expect(whole.contextLength == 64)
    guard case .longRope(_, _, 4096, 2) = rotation(whole)?.rotary.kind else {
      Issue.record("the context is that of Phi-3")
      return
    }
  }

  // MARK: Layers

  @Test func layersWithoutRotation() throws {
    func rotates(_ keys: String) throws -> [Bool] {
      let shape = try load("smollm3", keys)
      return shape.blocks.indices.map { rotation(shape, layer: $0) != nil }
    }
    #expect(try rotates("") == [true, true, true, false])
    #expect(try rotates(#""no_rope_layer_interval": 2"#) == [true, false, true, false])
    #expect(try rotates(#""no_rope_layers": [0, 1, 1, 0], "no_rope_layer_interval": 2"#) == [false, true, true, false])
    let windows = try load("smollm3", #""use_sliding_window": true, "sliding_window": 9"#)
    #expect(windows.blocks.map { $0.attention?.step.window } == [nil, nil, nil, 9])
    let off = try load("smollm3", #""use_sliding_window": false, "sliding_window": 9"#)
    #expect(off.blocks.allSatisfy { $0.attention?.step.window == nil })
  }

  @Test func windowsByLayer() throws {
    func windows(_ type: String, _ keys: String) throws -> [Int?] {
      try load(type, keys).blocks.map { $0.attention?.step.window }
    }
    #expect(try windows("gemma2", "") == [4096, nil, 4096, nil])
    #expect(try windows("gemma3_text", "") == [4096, 4096, 4096, 4096])
    let types = #""layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"]"#
    for type in ["gemma2", "gemma3_text"] {
      #expect(try windows(type, #""sliding_window": 8, \#(types)"#) == [nil, 8, 8, nil])
    }
    #expect(try windows("gpt_neo", #""attention_types": [[["local"], 1], [["global"], 3]]"#) == [256, nil, nil, nil])
    #expect(try windows("phi3", #""sliding_window": 2047"#) == [2047, 2047, 2047, 2047])
    // Another spelling in files of Gemma 2, and what transformers saves of Gemma 3.
    #expect(try windows("gemma2", #""sliding_window_size": 9"#) == [4096, nil, 4096, nil])
    #expect(try windows("gemma3_text", #""_sliding_window_pattern": 6"#) == [4096, 4096, 4096, 4096])
  }

  @Test func biases() throws {
    func biased(_ type: String, _ keys: String) throws -> String {
      let block = try load(type, keys).blocks[0]
      return block.matrices.filter { block.product(of: $0).step.hasBias }.map(\.rawValue).joined(separator: " ")
    }
    for type in ["qwen3", "gemma3_text", "gemma2", "olmo2", "smollm3"] {
      #expect(try biased(type, "").isEmpty && biased(type, #""attention_bias": true"#) == "q k v o", "\(type)")
    }
    #expect(try biased("smollm3", #""mlp_bias": true"#) == "gate up down")
    #expect(try biased("gpt_neox", #""attention_bias": false"#) == "up down")
    #expect(try biased("gpt_neo", "") == "o up down" && biased("falcon", #""bias": true"#) == "q k v o up down")
  }

  // MARK: Nested models

  @Test func languageModelsInsideOfOthers() throws {
    let shape = try FamilyConfiguration.load(
      """
      {"model_type": "gemma3", "eos_token_id": [1, 106], "vision_config": {"hidden_size": 8},
       "text_config": {"model_type": "gemma3_text", "hidden_size": 32, "intermediate_size": 48,
                       "num_hidden_layers": 6, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}}
      """)
    #expect(shape.attention?.headCount == 8 && shape.attention?.keyValueHeadCount == 4)
    #expect(shape.attention?.headSize == 256 && shape.vocabularyCount == 262_208)
    #expect(shape.contextLength == 131_072 && shape.endTokens == [1, 106] && shape.beginToken == 2 && shape.tiedHead)
    #expect(shape.blocks.map { $0.attention?.step.window } == [4096, 4096, 4096, 4096, 4096, nil])
    #expect(rotation(shape, layer: 5)?.rotary == RotaryScaling(base: 1e6, kind: .linear(factor: 8)))
  }
}
