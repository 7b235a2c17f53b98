import Foundation
import Hosts
import LinearAlgebra
import MessagePassing
import ModelTraining
import Runs
import Testing
import TestSupport
import Training
import Transformer

/// Trainings of a small model by any number of ranks, with and without interruptions.
@Suite(.serialized) struct ModelTrainingRanksTests {
  /// Two layers of 16 numbers, 40 tokens.
  private static let config = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 40, "hidden_size": 16,
     "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8,
     "max_position_embeddings": 32, "rope_theta": 10000.0, "rms_norm_eps": 1e-05, "hidden_act": "silu",
     "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2}
    """

  private static func text(_ optimizer: String) -> String {
    """
    shape: shape
    seed: 3
    phases: [{rows: rows.safetensors, steps: 9}, {rows: lines.jsonl, steps: 8}]
    window: 12
    batch: 5
    shards: 3
    optimizer: \(optimizer)
    learning_rate: 0.02
    warm_up: 2
    fall: linear
    clip: 1
    """
  }

  /// Rows that count upwards from a random start, so that there is something to learn.
  private func write(to folder: SharedFolder, _ optimizer: String) throws {
    try FileManager.default.createDirectory(atPath: folder.path("shape"), withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
    }
    try write("shape/config.json", Self.config)
    try write("c.yaml", Self.text(optimizer))
    let rows = (0..<30).map { (row: Int) -> [Float] in (0..<11).map { place in Float(3 + (row * 7 + place) % 37) } }
    let weights = (0..<30).map { (_: Int) -> [Float] in (0..<11).map { place in place % 4 == 3 ? 3 : 1 } }
    try TensorWriter.write(
      folder.path("rows.safetensors"),
      [.init("tokens", [30, 11], rows.flatMap { $0 }), .init("weights", [30, 11], weights.flatMap { $0 })])
    try write(
      "lines.jsonl", rows.map { "{\"tokens\": [\($0.map { "\(Int($0))" }.joined(separator: ", "))]}\n" }.joined())
  }

  private func train(
    _ folder: SharedFolder, output: String, _ world: Communicator, steps: Int = .max
  ) throws -> TrainingRun.Summary {
    let prepared = try PreparedTraining.load(configurationPath: folder.path("c.yaml"), communicator: world)
    let place = try RunOutput.open(
      path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
      findsResult: { try TrainedFolder.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    let limit = QuestionLimit(steps)
    settings.stopping = StoppingRule { _ in limit.isReached() ? "enough" : nil }
    return try TrainingRun(prepared, output: place, settings: settings, world).train { _ in }
  }

  @Test(arguments: ["muon", "adam"]) func ranksAndInterruptionsChangeNoBit(_ optimizer: String) throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(to: folder, optimizer) }
      try world.barrier()
      var starts = 0
      while try train(folder, output: "parts", world, steps: 5).stopReason != nil {
        #expect(!FileManager.default.fileExists(atPath: folder.path("parts")))
        starts += 1
        try world.barrier()
      }
      try world.barrier()
      #expect(starts == 2)
      let whole = try train(folder, output: "whole", world)
      try world.barrier()
      #expect(whole.stopReason == nil && whole.steps == 17)
      let files = ["model.safetensors", "training.json", "config.json"].map { name in
        ["parts", "whole"].map { try? Data(contentsOf: URL(fileURLWithPath: folder.path($0 + "/" + name))) }
      }
      for pair in files { #expect(pair[0] != nil && pair[0] == pair[1]) }
      #expect(!FileManager.default.fileExists(atPath: folder.path("whole.journal")))
      // One rank alone.
      let prepared = try PreparedTraining(configurationPath: folder.path("c.yaml"))
      var course = TrainingCourse(prepared, sharing: Sharing())
      for _ in 0..<17 { _ = try course.take() }
      #expect(Data(prepared.parameters.file(course.values)) == files[0][0])
      #expect(course.losses[0] > 3 && (course.losses.last ?? 9) < course.losses[0], "\(course.losses)")
      // What was written is the model.
      let model = try Model.load(path: folder.path("whole"))
      #expect(model.shape.tiedHead && model.layers.count == 2)
    }
  }

  @Test func whatIsThereIsMetOrRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(to: folder, "adam") }
      try world.barrier()
      #expect(try train(folder, output: "out", world).stopReason == nil)
      try world.barrier()
      let prepared = try PreparedTraining(configurationPath: folder.path("c.yaml"))
      let plan = try prepared.conditions().planSHA256
      #expect(
        try TrainedFolder.findsResult(at: OutputPlace(path: folder.path("out"), planSHA256: plan), replacing: false))
      #expect(TrainedFolder.isThere(folder.path("out")) && !TrainedFolder.isThere(folder.path("shape")))
      // Nobody's folder goes, whatever is asked.
      for replacing in [false, true] {
        #expect(throws: ModelTrainingError.self) {
          try TrainedFolder.findsResult(
            at: OutputPlace(path: folder.path("shape"), planSHA256: plan), replacing: replacing)
        }
      }
      #expect(
        try !TrainedFolder.findsResult(at: OutputPlace(path: folder.path("out"), planSHA256: plan), replacing: true))
    }
  }

  // MARK: Parts

  @Test func whatWeighsNothingTeachesNothing() throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(to: folder, "adam") }
      try world.barrier()
      let parameters = ModelParameters(try HostShape.load(path: folder.path("shape")))
      let values = parameters.untrained(seed: 5)
      let before = values.numbers
      let trainer = ModelTrainer(parameters, values: values, shards: 2, sharing: Sharing()) { _ in .adam(Adam()) }
      let row = ModelTrainer.Row(tokens: [3, 4, 5], weights: [1, 0, 0])
      #expect(try trainer.take([row, row], rate: 0.1, clip: 1) == 0 && values.numbers == before)
    }
  }

  @Test(arguments: [[-1, 1], [1, .infinity]]) func weightsThatAreNoneAreRefused(_ weights: [Float]) throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 {
        try write(to: folder, "adam")
        try TensorWriter.write(
          folder.path("rows.safetensors"), [.init("tokens", [1, 2], [3, 4]), .init("weights", [1, 2], weights)])
      }
      try world.barrier()
      #expect(throws: ModelTrainingError.self) {
        try PreparedTraining(configurationPath: folder.path("c.yaml"))
      }
    }
  }

  @Test func numbersAreRoundedToTheNearestHalf() {
    func rounded(_ bits: UInt32) -> UInt16 { BFloat16.bits(Float(bitPattern: bits)) }
    #expect(rounded(0x3F80_0000) == 0x3F80 && rounded(0x3F80_8000) == 0x3F80 && rounded(0x3F81_8000) == 0x3F82)
    #expect(rounded(0x3F80_8001) == 0x3F81 && rounded(0xBF80_7FFF) == 0xBF80 && rounded(0x7F80_0000) == 0x7F80)
    #expect(rounded(0x7F80_0001) & 0x7F > 0)
  }

  /// The operations of a step are those that a plan says.
  @Test func stepsAreCountedAhead() throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(to: folder, "muon") }
      try world.barrier()
      let prepared = try PreparedTraining(configurationPath: folder.path("c.yaml"))
      let parameters = prepared.parameters
      let trainer = ModelTrainer(parameters, values: parameters.untrained(seed: 3), shards: 3, sharing: Sharing()) {
        _ in
        .adam(Adam())
      }
      let batch = try (0..<5).map { try prepared.rows[0].row($0) }
      _ = try trainer.take(batch, rate: 0, clip: nil)
      // Shards of one row and of two, each run on its own.
      func passes(_ count: Int) -> Operations {
        [1, 2, 2].reduce(Operations()) {
          $0 + TrainingEstimate.passes(parameters.shape, rows: Array(repeating: count, count: $1))
        }
      }
      #expect(trainer.operations == passes(10))
      // Both phases, and the directions of all matrices: ten times the least side squared, twice the other one and it.
      let sizes: [Double] = [2 * 256 * 48, 2 * 64 * 40, 3 * 256 * 64]
      let turning: Double = 20 * sizes.reduce(0, +)
      let all = TrainingEstimate(prepared, ranks: 1)
      let expected: Double = 9 * (passes(10).total + turning) + 8 * (passes(11).total + turning)
      #expect(all.operations == expected)
      #expect(all.outputBytes == 2 * parameters.elementCount && all.rankBytes > 28 * parameters.elementCount)
    }
  }

  /// The gradient of every tensor along one direction beside the difference of losses.
  @Test func gradientsAreSlopesOfTheLoss() throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(to: folder, "adam") }
      try world.barrier()
      let shape = try HostShape.load(path: folder.path("shape"))
      let parameters = ModelParameters(shape)
      let weights: [Float] = (0..<9).map { place in Float(1 + place % 3) }
      let rows = (0..<4).map { (row: Int) -> ModelTrainer.Row in
        let tokens: [Int32] = (0..<9).map { place in Int32(3 + (row * 11 + place * place) % 37) }
        return ModelTrainer.Row(tokens: tokens, weights: weights)
      }
      func loss(_ values: ParameterValues) throws -> Double {
        let trainer = ModelTrainer(parameters, values: values, shards: 2, sharing: Sharing()) { _ in .adam(Adam()) }
        return try trainer.take(rows, rate: 0, clip: nil)
      }
      for tensor in parameters.layout.tensors {
        let values = parameters.untrained(seed: 5)
        for place in values.all.indices where values.all[place] != 0 { values.all[place] *= 4 }
        // A step of plain descent along the gradient of one tensor.
        let trainer = ModelTrainer(parameters, values: values, shards: 2, sharing: Sharing()) { other in
          .adam(Adam(meanDecay: 0, squareDecay: 0, epsilon: other == tensor ? 1e6 : 1e30))
        }
        let before = values.numbers
        let first = try trainer.take(rows, rate: 1e6, clip: nil)
        let gradient = zip(before, values.numbers).map { Double($0) - Double($1) }
        let square = gradient.reduce(0) { $0 + $1 * $1 }
        #expect(square > 0, "\(tensor.name)")
        // As long a step that the loss falls by a hundredth.
        let length = 0.01 / square
        func moved(_ sign: Double) -> ParameterValues {
          let other = ParameterValues(parameters.layout)
          other.take(zip(before, gradient).map { Float(Double($0) + sign * length * $1) })
          return other
        }
        let slope = (try loss(moved(1)) - loss(moved(-1))) / 0.02
        #expect(abs(slope - 1) < 0.02 && first > 0, "\(tensor.name): \(slope)")
      }
    }
  }
}
