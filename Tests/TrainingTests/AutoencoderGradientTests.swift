import Basics
import LinearAlgebra
import MessagePassing
import Testing
import TestSupport
import Training

/// Gradients beside differences of a loss that is written out in double.
struct AutoencoderGradientTests {
  /// The parameters of an autoencoder in double.
  private struct Slow {
    let plan: AutoencoderPlan
    let scale: Double
    var values: [Double]
    /// Dead features, and the errors that they learn to explain.
    var dead: [Int] = []
    var errors: [[Double]] = []
    /// Whether each feature of each activation is above its threshold, as it was before anything moved.
    var gates: [[Bool]] = []

    func value(_ name: String, _ row: Int, _ column: Int) -> Double {
      let tensor = plan.layout[name]
      return values[tensor.offset + row * tensor.columns + column]
    }

    func sums(_ x: [Double]) -> [Double] {
      (0..<plan.featureCount).map { feature in
        x.indices.reduce(value("b_enc", feature, 0)) {
          $0 + value("W_enc", feature, $1) * (x[$1] - value("b_dec", 0, $1))
        }
      }
    }

    /// The features of activation `number`.
    func features(_ sums: [Double], _ number: Int) -> [Double] {
      switch plan.sparsity {
      case .relu: return sums.map { max(0, $0) }
      case .jumpRelu: return sums.indices.map { gates[number][$0] ? sums[$0] : 0 }
      case .topK(let count):
        let kept = Set(sums.indices.sorted { (-sums[$0], $0) < (-sums[$1], $1) }.prefix(count))
        return sums.indices.map { kept.contains($0) ? max(0, sums[$0]) : 0 }
      }
    }

    func decoded(_ features: [Double], bias: Bool) -> [Double] {
      (0..<plan.width).map { place in
        features.indices.reduce(bias ? value("b_dec", 0, place) : 0) {
          $0 + features[$1] * value("W_dec", $1, place)
        }
      }
    }

    func error(_ x: [Double], _ number: Int) -> [Double] {
      zip(x, decoded(features(sums(x), number), bias: true)).map { $0 - $1 }
    }

    func loss(_ batch: [[Double]], spread: Double) -> Double {
      var (squares, penalty, rest) = (0.0, 0.0, 0.0)
      for (number, x) in batch.enumerated() {
        let sums = sums(x)
        let features = features(sums, number)
        squares += error(x, number).reduce(0) { $0 + $1 * $1 }
        switch plan.sparsity {
        case .relu(let weight):
          for feature in features.indices {
            let length = (0..<plan.width).reduce(0) { $0 + value("W_dec", feature, $1) * value("W_dec", feature, $1) }
            penalty += weight * features[feature] * length.squareRoot()
          }
        case .jumpRelu(let weight, _): penalty += weight * Double(gates[number].count { $0 })
        case .topK:
          guard !dead.isEmpty else { continue }
          let most = Set(
            dead.sorted { (-sums[$0], $0) < (-sums[$1], $1) }.prefix(min(plan.width / 2, dead.count)))
          let guess = decoded(
            sums.indices.map { most.contains($0) ? max(0, sums[$0]) : 0 }, bias: false)
          rest += zip(errors[number], guess).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
      }
      guard case .topK = plan.sparsity else { return (squares + penalty) / Double(batch.count) }
      let share = min(Double(dead.count) / Double(plan.width / 2), 1)
      return squares / spread + share * rest / spread / 32
    }
  }

  private static let sparsities: [Sparsity] = [
    .topK(2), .topK(5), .relu(penalty: 0.7), .jumpRelu(penalty: 0.3, bandwidth: 0.05),
  ]

  private func activations(_ count: Int, _ width: Int) -> Matrix {
    let matrix = Matrix(rows: count, columns: width)
    for (place, number) in TensorWriter.numbers(count * width, seed: 11).enumerated() {
      matrix.view.base[place] = 3 * number + Float(place % width) / 4
    }
    return matrix
  }

  /// An autoencoder some steps on, and its slow twin.
  private func trained(
    _ sparsity: Sparsity, deadAfter: Int, _ batch: Matrix
  ) throws -> (AutoencoderTrainer, Slow, [[Double]]) {
    let (width, features) = (batch.columns, 40)
    var plan = AutoencoderPlan(
      featureCount: features, width: width, sparsity: sparsity, batch: batch.rows, steps: 30,
      rate: LearningRate(peak: 0.01))
    plan.deadAfter = deadAfter
    plan.reviveEvery = 1000
    plan.shards = 3
    let trainer = AutoencoderTrainer(
      Autoencoder(plan, mean: (0..<width).map { Double($0) / 4 }, length: 2.5), sharing: Sharing())
    for _ in 0..<20 { try trainer.take(batch.view.reading) }
    let scale = Double(trainer.autoencoder.scale)
    let rows = (0..<batch.rows).map { row in (0..<width).map { scale * Double(batch.view[row, $0]) } }
    var slow = Slow(
      plan: plan, scale: scale, values: trainer.autoencoder.parameters.numbers.map(Double.init))
    slow.dead = trainer.deadFeatures
    let thresholds = trainer.autoencoder.thresholds.map(Double.init)
    if !thresholds.isEmpty {
      slow.gates = rows.map { x in zip(slow.sums(x), thresholds).map { $0 > $1 } }
    }
    slow.errors = rows.enumerated().map { slow.error($1, $0) }
    return (trainer, slow, rows)
  }

  @Test(arguments: sparsities.indices, [1 << 30, 300]) func gradientsAreSlopesOfTheLoss(
    _ index: Int, _ deadAfter: Int
  ) throws {
    let sparsity = Self.sparsities[index]
    let batch = activations(24, 10)
    let (trainer, slow, rows) = try trained(sparsity, deadAfter: deadAfter, batch)
    let spread = trainer.autoencoder.spread(batch.view.reading)
    let gradient = try trainer.gradient(batch.view.reading)
    let loss = try trainer.loss(of: batch.view.reading)
    #expect(abs(loss - slow.loss(rows, spread: spread)) < 1e-5 * max(1, loss))
    if case .topK = sparsity, deadAfter == 300 { #expect(!slow.dead.isEmpty) }
    for name in ["W_enc", "W_dec", "b_enc", "b_dec"] {
      let range = slow.plan.layout[name].range
      let squares = range.reduce(0.0) { $0 + Double(gradient[$1]) * Double(gradient[$1]) }
      let size = (squares / Double(range.count)).squareRoot()
      var worst = 0.0
      for place in stride(from: range.lowerBound, to: range.upperBound, by: 13) {
        var (up, down) = (slow, slow)
        up.values[place] += 1e-6
        down.values[place] -= 1e-6
        let slope = (up.loss(rows, spread: spread) - down.loss(rows, spread: spread)) / 2e-6
        worst = max(worst, abs(slope - Double(gradient[place])) / size)
      }
      #expect(size > 0 && worst < 1e-3, "\(name): \(worst)")
    }
  }

  @Test func thresholdsMoveByWhatIsNearThem() throws {
    let batch = activations(24, 10)
    let (trainer, slow, rows) = try trained(.jumpRelu(penalty: 0.3, bandwidth: 0.4), deadAfter: 1 << 30, batch)
    let gradient = try trainer.gradient(batch.view.reading)
    let layout = slow.plan.layout["log_threshold"]
    let thresholds = trainer.autoencoder.thresholds.map(Double.init)
    var moved = 0
    for feature in 0..<40 {
      var slope = 0.0
      for (number, x) in rows.enumerated() where abs(slow.sums(x)[feature] - thresholds[feature]) < 0.2 {
        // The gradient of the reconstruction along the feature's direction.
        let along = slow.error(x, number).enumerated().reduce(0) {
          $0 - 2 * $1.element * slow.value("W_dec", feature, $1.offset)
        }
        slope -= (thresholds[feature] * along + 0.3) / 0.4 / Double(rows.count)
        moved += 1
      }
      let own = Double(gradient[layout.offset + feature])
      #expect(abs(own - thresholds[feature] * slope) < 1e-4 * max(1, abs(own)), "\(feature)")
    }
    #expect(moved > 20)
  }

  @Test func listsOfLargestAreInOrder() {
    let numbers: [Float] = [0.5, -1, 2, 0.5, 3, 0, 2, 0.5]
    func found(_ count: Int) -> [Int32] {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { kept in
        Array(kept[..<Largest.find(count, of: numbers, count: numbers.count, into: kept)])
      }
    }
    #expect(found(1) == [4] && found(2) == [2, 4] && found(3) == [2, 4, 6])
    #expect(found(4) == [0, 2, 4, 6] && found(5) == [0, 2, 3, 4, 6] && found(8) == [0, 2, 3, 4, 6, 7])
  }
}
