import Basics
import LinearAlgebra
import MessagePassing
import Training

/// Directions, and activations that are sums of a few of them.
struct PlantedDictionary {
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

  /// The mean over planted directions of the cosine with the nearest feature's.
  func recovery(by autoencoder: Autoencoder) -> Double {
    let decoder = autoencoder.decoder
    let best = directions.map { direction in
      (0..<decoder.rows).map { feature in
        direction.indices.reduce(Float(0)) { $0 + direction[$1] * decoder[feature, $1] }
      }.max() ?? 0
    }
    return Double(best.reduce(0, +)) / Double(best.count)
  }
}
