import MessagePassing
import Testing
import Training

@Suite struct PlantedDictionaryTests {
  @Test(arguments: [Sparsity.topK(3), .relu(penalty: 0.5), .jumpRelu(penalty: 1, bandwidth: 1)])
  func aPlantedDictionaryIsFound(_ sparsity: Sparsity) throws {
    let planted = PlantedDictionary(width: 24, directions: 48, activations: 20_000, active: 3)
    let trainer = planted.trainer(sparsity, features: 64, steps: 2000, sharing: Sharing())
    let before = planted.recovery(by: trainer.autoencoder)
    try planted.train(trainer, to: 2000)
    let after = planted.recovery(by: trainer.autoencoder)
    let unexplained = trainer.history.unexplained.last ?? 1
    #expect(before < 0.7 && after >= 0.95, "\(sparsity.name): from \(before) to \(after), FVU \(unexplained)")
  }
}
