import Testing
import TestSupport
import Transformer

/// Tensors under the names that strangers give them, and tensors that should not be there.
@Suite struct TensorNamesTests {
  private static let head = "lm_head.weight"
  private static let embedding = "model.embed_tokens.weight"
  static let query = "model.layers.0.self_attn.q_proj"

  // MARK: Names

  @Test(arguments: ["", "transformer.", "language_model.model.", "base_model.model.model.", "model.language_model."])
  func anythingMayStandInFront(_ prefix: String) throws {
    let usual = try TinyModel()
    var other = usual
    other.rename { $0.hasPrefix("model.") ? prefix + $0.dropFirst("model.".count) : $0 }
    #expect(try other.logits() == usual.logits())
    // A head inside of what is in front.
    if prefix.hasSuffix("model.model.") {
      other.rename { $0 == Self.head ? prefix.dropLast("model.".count) + $0 : $0 }
      #expect(try other.logits() == usual.logits())
    }
  }

  @Test func twoModelsAreOneTooMany() throws {
    var model = try TinyModel()
    model.tensors += model.tensors.map { TensorWriter.Tensor("draft." + $0.name, $0.shape, $0.values) }
    #expect(model.refusal().contains("'draft.model.layers.0' and 'model.layers.0'"))
    // Another decoder that is not whole is no rival.
    model.remove("draft.model.layers.1.mlp.up_proj.weight")
    #expect(try model.logits() == TinyModel().logits())
  }

  // MARK: Head and embedding

  @Test func theFilesOwnHeadIsUsed() throws {
    let untied = try TinyModel()
    var model = untied
    model.configuration["tie_word_embeddings"] = true
    let loaded = try model.load()
    #expect(!loaded.shape.tiedHead && loaded.notices.count == 1)
    #expect(loaded.notices[0].contains("tie_word_embeddings") && loaded.notices[0].contains(Self.head))
    #expect(try model.logits() == untied.logits())
    // A head that equals the embedding is none of its own.
    model.remove(Self.head)
    let tied = try model.logits()
    model.tensors.append(.init(Self.head, [TinyModel.vocabulary, TinyModel.hidden], model.values(Self.embedding)))
    #expect(try model.load().shape.tiedHead && model.load().notices.isEmpty)
    #expect(try model.logits() == tied)
    #expect(tied != (try untied.logits()))
  }

  @Test func aTiedHeadMayStandForTheEmbedding() throws {
    var model = try TinyModel()
    model.configuration["tie_word_embeddings"] = true
    model.remove(Self.head)
    let tied = try model.logits()
    model.rename { $0 == Self.embedding ? Self.head : $0 }
    #expect(try model.logits() == tied)
    model.configuration["tie_word_embeddings"] = false
    #expect(model.refusal().contains(Self.embedding))
  }

  @Test func aHeadThatIsMissingIsSaid() throws {
    var model = try TinyModel()
    model.remove(Self.head)
    #expect(
      model.refusal().contains("has no lm_head.weight, and tie_word_embeddings in config.json is false or absent"))
  }

  // MARK: Tensors without use

  @Test(arguments: [
    ("model.layers.1.self_attn.q_norm.weight", [4]), ("model.layers.0.post_feedforward_layernorm.weight", [8]),
    (query + ".bias", [8]), ("model.layers.1.mlp.down_proj.bias", [8]), ("lm_head.bias", [12]),
    ("model.embed_positions.weight", [64, 8]), ("model.norm.bias", [8]),
  ])
  func tensorsOfOtherArchitecturesAreNamed(_ name: String, _ shape: [Int]) throws {
    var model = try TinyModel()
    model.tensors.append(TinyModel.tensor(name, shape, seed: 99))
    #expect(model.refusal().contains("it holds the tensor \(name), which the architecture"))
  }

  @Test func tensorsThatAddNothingAreLeftOut() throws {
    var model = try TinyModel()
    let usual = try model.logits()
    model.tensors += [
      TinyModel.tensor("model.layers.0.self_attn.rotary_emb.inv_freq", [2], seed: 1),
      TinyModel.tensor("model.layers.1.self_attn.masked_bias", [1], seed: 2),
      TinyModel.tensor("score.weight", [3, 8], seed: 3), TinyModel.tensor("vision_tower.layers.0.weight", [2], seed: 4),
      .init(Self.query + ".bias", [8], [Float](repeating: 0, count: 8)),
    ]
    #expect(try model.logits() == usual)
  }

  @Test func layersBeyondTheLastAreSaid() throws {
    var model = try TinyModel()
    model.configuration["num_hidden_layers"] = 1
    #expect(model.refusal().contains("the number of layers in config.json leaves no layer 1"))
  }

  // MARK: Weights in few bits

  @Test(arguments: [
    [".qweight", ".qzeros", ".scales", ".g_idx"], [".weight_packed", ".weight_scale", ".weight_shape"],
    [".scales", ".biases"],
  ])
  func tensorsInThePlaceOfAMatrixSayThatItIsQuantised(_ endings: [String]) throws {
    var model = try TinyModel()
    model.remove(Self.query + ".weight")
    model.tensors += endings.map { TinyModel.tensor(Self.query + $0, [8], seed: 5) }
    let sentence = model.refusal()
    #expect(sentence.contains("quantised") && sentence.contains(Self.query + endings.min()!), "\(sentence)")
  }

  @Test(arguments: [".SCB", ".weight_scale_inv", ".weight.absmax"])
  func tensorsBesideAMatrixSayItToo(_ ending: String) throws {
    var model = try TinyModel()
    model.tensors.append(TinyModel.tensor(Self.query + ending, [8], seed: 5))
    #expect(model.refusal().contains("its weights are quantised"))
  }

  @Test func aMatrixThatIsMissingIsNotQuantised() throws {
    var model = try TinyModel()
    model.remove("model.layers.1.mlp.up_proj.weight")
    let sentence = model.refusal()
    #expect(sentence.contains("'model.layers.1.mlp.up_proj.weight'") && !sentence.contains("quantised"))
  }

  @Test func adaptersAreToBeMerged() throws {
    var model = try TinyModel()
    model.rename { $0.replacing("q_proj.weight", with: "q_proj.base_layer.weight") }
    model.tensors.append(TinyModel.tensor(Self.query + ".lora_A.default.weight", [2, 8], seed: 7))
    #expect(model.refusal().contains("merge_and_unload"))
    model = try TinyModel()
    model.tensors.append(TinyModel.tensor(Self.query + ".lora_A.weight", [2, 8], seed: 7))
    #expect(model.refusal().contains("merge_and_unload"))
  }
}
