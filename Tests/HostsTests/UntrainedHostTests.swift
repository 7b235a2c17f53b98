import Foundation
import Hosts
import MessagePassing
import Testing
import TestSupport
import Transformer
import Weights

/// Models with random weights. Expected elements are those of Python's hashlib and math, rounded to float32.
@Suite struct UntrainedHostTests {
  private func values(_ tensor: Tensor) -> [Float] {
    var values = [Float](repeating: .nan, count: tensor.elementCount)
    tensor.widen(rows: 0..<tensor.rows, into: &values)
    return values
  }

  private func values(_ matrix: StoredMatrix) -> [Float] { values(matrix.tensor) }

  private func values(_ name: String, of model: Model) throws -> [Float] {
    values(try model.checkpoint.tensor(named: name))
  }

  @Test func everyElementIsThatOfItsKey() throws {
    let model = try Model.untrained(like: Demo.modelPath)
    let embedding = values(model.embedding)
    #expect(embedding.count == 512 * 128)
    #expect(embedding[0] == 0.032531242817640305 && embedding[1] == -0.011378598399460316)
    #expect(embedding[65535] == 0.016129419207572937)
    let down = values(model.layers[3][.down].weight)
    #expect(down[9] == 0.00797775574028492 && down[10] == -0.001970004988834262)
    #expect(values(model.layers[0][.k].weight)[8191] == -0.03443145006895065)
    let other = try Model.untrained(like: Demo.modelPath, UntrainedWeights(seed: .max))
    #expect(values(other.layers[1][.gate].weight)[12345] == 0.008883695118129253)
  }

  @Test func theShapeIsThatOfTheTrainedModel() throws {
    let trained = try Demo().model
    let model = try Model.untrained(like: trained)
    #expect(model.shape.tiedHead && model.tensorNames == trained.tensorNames)
    #expect(values(model.head.weight) == values(model.embedding))
    #expect(model.finalNorm.gain == Array(repeating: 1, count: 128))
    #expect(model.layers.allSatisfy { $0.gains.joined().allSatisfy { $0 == 1 } })
    #expect(model.layers[0][.q].weight.tensor.float32Pointer != nil)
    let logits = Prefill([[1, 5, 7]], firstScored: [0], pass: ForwardPass(model: model, positionCount: 3)).logits()
    #expect((0..<logits.view.reading.columns).allSatisfy { logits.view.reading[2, $0].isFinite })
  }

  @Test func weightsAreTheSameForAnyNumberOfThreads() throws {
    let trained = try Demo().model
    let one = try Model.untrained(like: trained, UntrainedWeights(seed: 5)).checkpoint.sha256()
    #expect(
      try Model.untrained(like: trained, UntrainedWeights(seed: 5), sharing: Sharing(threads: 3)).checkpoint.sha256()
        == one)
    #expect(try Model.untrained(like: trained, UntrainedWeights(seed: 6)).checkpoint.sha256() != one)
    #expect(trained.checkpoint.sha256() != one)
  }

  @Test func theOwnScaleIsThatOfEveryTrainedMatrix() throws {
    let trained = try Demo().model
    let model = try Model.untrained(like: trained, UntrainedWeights(scale: .own))
    let usual = try Model.untrained(like: trained)
    for name in trained.tensorNames where try trained.checkpoint.tensor(named: name).shape.count == 2 {
      let deviation = try trained.checkpoint.tensor(named: name).moments().deviation
      let (own, first) = (try values(name, of: model), try values(name, of: usual))
      #expect(abs(try model.checkpoint.tensor(named: name).moments().deviation / deviation - 1) < 0.02, "\(name)")
      #expect(abs(Double(own[17]) - Double(first[17]) * deviation / 0.02) < 1e-7)
    }
    #expect(
      model.notices == [
        "the weights are random, seed 0: the standard deviation of every matrix is that of the trained matrix; gains "
          + "are 1 and biases 0"
      ])
    #expect(usual.notices.count == 1 && usual.notices[0].contains("every matrix is 0.02, as before most trainings"))
    #expect(model.checkpoint.path == Demo.modelPath + " (random weights of its own scale, seed 0)")
  }

  /// Expected elements are those of NumPy's unsigned integers and floats, rounded to float32.
  @Test func otherWaysHaveTheirStreams() throws {
    let trained = try Demo().model
    func model(_ way: UntrainedWeights.Way) throws -> Model {
      try Model.untrained(like: trained, UntrainedWeights(seed: 1, way: way), sharing: Sharing(threads: 2))
    }
    let (uniform, matched, shuffled) = (try model(.uniform), try model(.matched), try model(.shuffled))
    #expect(Array(values(uniform.embedding)[..<2]) == [0.013406914658844471, 0.032684966921806335])
    #expect(values(uniform.layers[3][.down].weight)[9] == -0.015330243855714798)
    #expect(values(uniform.layers[1][.gate].weight).last == -0.03147897869348526)
    #expect(uniform.layers.allSatisfy { $0.gains.joined().allSatisfy { $0 == 1 } })
    #expect(abs(values(matched.layers[0][.k].weight)[1] / 0.6371227502822876 - 1) < 1e-6)
    #expect(abs(values(matched.embedding)[9] / -0.5253713726997375 - 1) < 1e-6)
    #expect(Array(values(shuffled.layers[3][.down].weight)[..<2]) == [-0.1494140625, -0.294921875])
    #expect(values(shuffled.embedding)[9] == 0.298828125 && values(shuffled.layers[0][.k].weight).last == 0.1484375)
    for kept in [matched, shuffled] {
      #expect(kept.finalNorm == trained.finalNorm && kept.layers.map(\.gains) == trained.layers.map(\.gains))
    }
    for (name, own) in zip(trained.tensorNames, shuffled.tensorNames) {
      let numbers = values(try trained.checkpoint.tensor(named: name))
      let moved = values(try shuffled.checkpoint.tensor(named: own))
      #expect(moved.sorted() == numbers.sorted() && (moved == numbers) == (numbers.count == 128), "\(name)")
    }
    #expect(shuffled.notices.count == 1 && shuffled.notices[0].contains("shuffled, seed 1: each keeps its numbers"))
  }

  @Test func biasesAreZeroAndAHeadOfItsOwnIsRandom() throws {
    let model = try Model.untrained(like: Places.root + "/Tests/TransformerTests/Fixtures/llama-bias")
    #expect(!model.shape.tiedHead && model.layers[0][.o].bias?.allSatisfy { $0 == 0 } == true)
    #expect(values(model.head.weight) != values(model.embedding))
    #expect(try values("lm_head.weight", of: model) == values(model.head.weight))
    let path = Places.root + "/Tests/TransformerTests/Fixtures/llama-bias"
    let (trained, matched) = (
      try Model.load(path: path), try Model.untrained(like: path, UntrainedWeights(seed: 0, way: .matched))
    )
    #expect(matched.layers[0][.o].bias != nil && matched.layers[0][.o].bias == trained.layers[0][.o].bias)
    #expect(values(matched.head.weight) != values(trained.head.weight))
  }

  /// The prefix of names in the file does not matter: weights are those of the names that transformers writes.
  @Test func anotherPrefixMakesNoOtherWeights() throws {
    func model(_ prefix: String, broken: Bool = false) throws -> Model {
      try Places.withTemporaryFolder { folder in
        let document: [String: Any] = [
          "model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
          "num_attention_heads": 2, "vocab_size": 6, "tie_word_embeddings": true,
        ]
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: folder + "/config.json"))
        let tensors = Model.tensorShapes(try HostShape.load(path: folder)).map { name, shape in
          let count = shape.reduce(1, *)
          return TensorWriter.Tensor(
            prefix + name, shape, broken ? Array(repeating: .nan, count: count) : TensorWriter.numbers(count, seed: 1))
        }
        try TensorWriter.write(folder + "/model.safetensors", tensors)
        return try Model.untrained(like: folder, UntrainedWeights(scale: broken ? .own : .usual))
      }
    }
    #expect(try model("language_model.").checkpoint.sha256() == model("").checkpoint.sha256())
    let error = #expect(throws: HostsError.self) { try model("", broken: true) }
    #expect("\(String(describing: error))".contains("'model.embed_tokens.weight' of the trained model holds weights"))
  }
}
