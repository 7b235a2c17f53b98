import Basics
import LinearAlgebra
import MessagePassing
import Testing
import TestSupport
import Training

/// Trainings of a planted dictionary by any number of ranks, with and without an interruption.
@Suite(.serialized) struct AutoencoderRanksTests {
  /// Directions, and activations that are sums of a few of them.
  private struct Planted {
    let directions: [[Float]]
    let activations: Matrix

    init(width: Int, directions count: Int, activations rows: Int, active: Int) {
      var stream = RandomStream(seed: 17, counter: SIMD4(0, 0, 0, 0))
      directions = (0..<count).map { _ in
        let own = (0..<width).map { _ in Float(stream.normal()) }
        let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return own.map { $0 / length }
      }
      activations = Matrix(rows: rows, columns: width)
      for row in 0..<rows {
        for _ in 0..<active {
          let (own, size) = (directions[stream.below(count)], 1 + Float(stream.below(1000)) / 1000)
          for place in 0..<width { activations.view[row, place] += size * own[place] }
        }
      }
    }

    func trainer(_ sparsity: Sparsity, features: Int, steps: Int, sharing: Sharing) -> AutoencoderTrainer {
      let width = activations.columns
      var plan = AutoencoderPlan(
        featureCount: features, width: width, sparsity: sparsity, batch: 250, steps: steps,
        rate: LearningRate(peak: 0.005, warmUp: 20, fall: .cosine))
      plan.deadAfter = 3000
      plan.reviveEvery = 25
      plan.clip = 5
      var (mean, length) = ([Double](repeating: 0, count: width), 0.0)
      for row in 0..<activations.rows {
        var square = 0.0
        for place in 0..<width {
          let value = Double(activations.view[row, place])
          mean[place] += value / Double(activations.rows)
          square += value * value
        }
        length += square.squareRoot() / Double(activations.rows)
      }
      return AutoencoderTrainer(Autoencoder(plan, mean: mean, length: length), sharing: sharing)
    }

    func train(_ trainer: AutoencoderTrainer, to end: Int) throws {
      let batches = activations.rows / 250
      while trainer.step < end {
        let start = trainer.step % batches * 250
        try trainer.take(activations[rows: start..<start + 250].reading)
      }
    }
  }

  /// The mean over planted directions of the cosine with the nearest feature's.
  private func recovery(_ planted: Planted, _ autoencoder: Autoencoder) -> Double {
    let decoder = autoencoder.decoder
    let best = planted.directions.map { direction in
      (0..<decoder.rows).map { feature in
        direction.indices.reduce(Float(0)) { $0 + direction[$1] * decoder[feature, $1] }
      }.max() ?? 0
    }
    return Double(best.reduce(0, +)) / Double(best.count)
  }

  @Test(arguments: [Sparsity.topK(3), .relu(penalty: 0.5), .jumpRelu(penalty: 1, bandwidth: 1)])
  func aPlantedDictionaryIsFound(_ sparsity: Sparsity) throws {
    try World.run { (world) throws in
      let planted = Planted(width: 24, directions: 48, activations: 20_000, active: 3)
      let trainer = planted.trainer(sparsity, features: 64, steps: 2000, sharing: Sharing(world))
      let before = recovery(planted, trainer.autoencoder)
      try planted.train(trainer, to: 2000)
      let after = recovery(planted, trainer.autoencoder)
      let unexplained = trainer.history.unexplained.last ?? 1
      #expect(before < 0.7 && after >= 0.95, "\(sparsity.name): from \(before) to \(after), FVU \(unexplained)")
    }
  }

  @Test(arguments: [Sparsity.topK(3), .topK(8), .relu(penalty: 0.5), .jumpRelu(penalty: 0.1, bandwidth: 0.3)])
  func ranksAndInterruptionsChangeNoBit(_ sparsity: Sparsity) throws {
    try World.run { (world) throws in
      let planted = Planted(width: 24, directions: 48, activations: 2000, active: 3)
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
