import MessagePassing
import Testing
import TestSupport
import Training

/// Trainings of a planted dictionary by any number of ranks, with and without an interruption.
@Suite(.serialized) struct AutoencoderRanksTests {
  @Test(arguments: [Sparsity.topK(3), .topK(8), .relu(penalty: 0.5), .jumpRelu(penalty: 0.1, bandwidth: 0.3)])
  func ranksAndInterruptionsChangeNoBit(_ sparsity: Sparsity) throws {
    try World.run { (world) throws in
      let planted = PlantedDictionary(width: 24, directions: 48, activations: 2000, active: 3)
      let alone = planted.trainer(sparsity, features: 64, steps: 90, sharing: Sharing())
      try planted.train(alone, to: 90)
      let first = planted.trainer(sparsity, features: 64, steps: 90, sharing: Sharing(world))
      try planted.train(first, to: 37)
      let state = try first.state()
      let second = planted.trainer(sparsity, features: 64, steps: 90, sharing: Sharing(world))
      #expect(!second.restore(Array(state.dropLast())) && second.restore(state) && second.step == 37)
      try planted.train(second, to: 90)
      #expect(second.autoencoder.parameters.numbers == alone.autoencoder.parameters.numbers)
      #expect(second.history == alone.history && second.revivedCount == alone.revivedCount)
      #expect(alone.history.loss.count == 90 && alone.history.loss.allSatisfy(\.isFinite))
    }
  }
}
