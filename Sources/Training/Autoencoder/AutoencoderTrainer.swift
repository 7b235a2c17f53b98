import Basics
import LinearAlgebra
import MessagePassing

/// A training of an autoencoder, step by step, which all ranks take together.
///
/// Each rank runs its shards of a batch. What a step gives does not depend on the number of ranks.
public final class AutoencoderTrainer {
  /// What is known of each step, before its update.
  public struct History: Equatable, Sendable {
    /// The loss.
    public internal(set) var loss: [Double] = []
    /// Σ‖x′ − x̂′‖² over the sum of squared deviations from the batch's mean.
    public internal(set) var unexplained: [Double] = []
    /// The mean number of features above 0.
    public internal(set) var active: [Double] = []
    /// Features that are dead.
    public internal(set) var dead: [Int] = []
  }

  /// The autoencoder, the same on every rank between two steps.
  public let autoencoder: Autoencoder
  /// What is known of the steps that were taken.
  public private(set) var history = History()
  /// Features that were revived, each time counted.
  public private(set) var revivedCount = 0
  /// Activations since each feature was last above 0.
  private var silence: [Int]
  private let optimizer: SharedOptimizer
  private let sharing: Sharing
  private let pass: AutoencoderPass

  private var plan: AutoencoderPlan { autoencoder.plan }

  /// The training of an autoencoder from where it is.
  public init(_ autoencoder: Autoencoder, sharing: Sharing = Sharing()) {
    self.autoencoder = autoencoder
    self.sharing = sharing
    let plan = autoencoder.plan
    optimizer = SharedOptimizer(autoencoder.parameters, shards: plan.shards, sharing: sharing) { tensor in
      var adam = plan.adam
      if tensor.name == AutoencoderPlan.Name.logThreshold { adam.rateShare *= AutoencoderPlan.thresholdRateShare }
      return .adam(adam)
    }
    silence = Array(repeating: 0, count: plan.featureCount)
    let rows = plan.rows(ofShards: optimizer.ownShards).count
    pass = AutoencoderPass(plan, capacity: max(1, rows), threads: sharing.threads, learning: true)
  }

  /// Steps that were taken.
  public var step: Int { optimizer.step }

  /// Features that have not fired for long, ascending.
  private var dead: [Int32] { silence.indices.filter { silence[$0] >= plan.deadAfter }.map(Int32.init) }

  /// Features that are dead now, ascending.
  public var deadFeatures: [Int] { dead.map(Int.init) }

  /// The number of features that are dead now.
  public var deadCount: Int { dead.count }

  // MARK: A step

  /// Takes a step with a batch of activations as they are in the model, `[batch, width]`, the same on every rank.
  /// Collective.
  public func take(_ batch: MatrixView) throws {
    let isFired = try differentiate(batch)
    let decoder = autoencoder.decoder
    let name = AutoencoderPlan.Name.decoder
    try optimizer.update(rate: plan.rate.rate(of: step, among: plan.steps), clip: plan.clip) { owned in
      if owned.name == name { Autoencoder.project(owned.values, along: decoder, rows: owned.rows) }
    } finish: { owned in
      if owned.name == name { Autoencoder.normalize(owned.values, rows: owned.rows) }
    }
    for feature in silence.indices { silence[feature] = isFired[feature] ? 0 : silence[feature] + plan.batch }
    if case .topK = plan.sparsity { return }
    if step.isMultiple(of: plan.reviveEvery) { revive(batch) }
  }

  /// The gradient of the loss of a batch, `[parameters]` in the order of the layout, with nothing taken out; no step is
  /// taken. Collective.
  public func gradient(_ batch: MatrixView) throws -> [Float] {
    let before = history
    _ = try differentiate(batch)
    history = before
    return try optimizer.sharedGradient()
  }

  /// The loss of a batch; no step is taken. Collective.
  public func loss(of batch: MatrixView) throws -> Double {
    let before = history
    defer { history = before }
    _ = try differentiate(batch)
    return history.loss.last ?? .nan
  }

  /// Makes the gradients of this rank's shards, and takes note of the loss; returns which features fired on the batch.
  private func differentiate(_ batch: MatrixView) throws -> [Bool] {
    precondition(batch.rows == plan.batch && batch.columns == plan.width, "a whole batch")
    let spread = autoencoder.spread(batch)
    let loss = self.loss(spread)
    var numbers: [Double] = []
    var fired = [UInt8](repeating: 0, count: plan.featureCount)
    if !optimizer.ownShards.isEmpty {
      let own = plan.rows(ofShards: optimizer.ownShards)
      pass.run(autoencoder, batch[rows: own])
      for shard in optimizer.ownShards {
        let rows = plan.rows(ofShards: shard..<shard + 1)
        let gradient = optimizer.gradient(ofShard: shard)
        gradient.clear()
        numbers +=
          pass.addGradient(
            rows.lowerBound - own.lowerBound..<rows.upperBound - own.lowerBound, of: loss, autoencoder, to: gradient
          ).numbers
      }
      for row in 0..<own.count { pass.forEachFeature(row) { feature, _ in fired[feature] = 1 } }
    }
    let isFired = try join(fired)
    note(try sharing.ofAllRanks(numbers), loss, spread)
    return isFired
  }

  private func join(_ fired: [UInt8]) throws -> [Bool] {
    let all = try sharing.byRank(fired)
    return fired.indices.map { feature in all.contains { $0[feature] != 0 } }
  }

  /// How the loss of a batch is weighted; `spread` is the sum of its squared deviations.
  private func loss(_ spread: Double) -> BatchLoss {
    let count = Double(plan.batch)
    switch plan.sparsity {
    case .topK:
      let dead = self.dead
      let share = min(Double(dead.count) / Double(max(1, plan.width / 2)), 1)
      return BatchLoss(
        errorWeight: 1 / spread, penaltyWeight: 0,
        auxiliaryWeight: AutoencoderPlan.auxiliaryWeight * share / spread, dead: dead, lengths: [])
    case .relu(let penalty):
      let decoder = autoencoder.decoder
      let lengths = (0..<plan.featureCount).map {
        Float(Vectors.squares(decoder.row($0), plan.width).squareRoot())
      }
      return BatchLoss(
        errorWeight: 1 / count, penaltyWeight: penalty / count, auxiliaryWeight: 0, dead: [], lengths: lengths)
    case .jumpRelu(let penalty, _):
      return BatchLoss(
        errorWeight: 1 / count, penaltyWeight: penalty / count, auxiliaryWeight: 0, dead: [], lengths: [])
    }
  }

  /// Adds the sums of all shards in their order.
  private func note(_ numbers: [Double], _ loss: BatchLoss, _ spread: Double) {
    var sums = [Double](repeating: 0, count: ShardSums.numberCount)
    for (place, number) in numbers.enumerated() { sums[place % ShardSums.numberCount] += number }
    history.loss.append(
      loss.errorWeight * sums[0] + loss.penaltyWeight * sums[1] + loss.auxiliaryWeight * sums[2])
    history.unexplained.append(sums[0] / spread)
    history.active.append(sums[3] / Double(plan.batch))
    history.dead.append(deadCount)
  }

  // MARK: Revival

  /// Gives dead features the directions of the batch's activations that are reconstructed worst, the worst first; every
  /// rank finds the same.
  private func revive(_ batch: MatrixView) {
    let dead = self.dead
    guard !dead.isEmpty else { return }
    let whole = AutoencoderPass(plan, capacity: batch.rows, threads: sharing.threads)
    whole.run(autoencoder, batch)
    let errors = (0..<batch.rows).map { whole.squaredError($0) }
    let order = errors.indices.sorted { (-errors[$0], $0) < (-errors[$1], $1) }
    let length = livingLength(Set(dead))
    for (feature, row) in zip(dead.map(Int.init), order) where errors[row] > 0 {
      let unit = 1 / errors[row].squareRoot()
      let rest = whole.error.view.row(row)
      for place in 0..<plan.width {
        let own = unit * Double(rest[place])
        autoencoder.decoder[feature, place] = Float(own)
        autoencoder.encoder[feature, place] = Float(0.2 * length * own)
      }
      autoencoder.encoderBias[feature, 0] = 0
      for tensor in plan.layout.tensors where tensor.rows == plan.featureCount {
        optimizer.forget(tensor.name, row: feature)
      }
      silence[feature] = 0
      revivedCount += 1
    }
  }

  /// The mean length of the encoder's rows of features that live; 1 without any.
  private func livingLength(_ dead: Set<Int32>) -> Double {
    let lengths = (0..<plan.featureCount).filter { !dead.contains(Int32($0)) }.map {
      Vectors.squares(autoencoder.encoder.row($0), plan.width).squareRoot()
    }
    return lengths.isEmpty ? 1 : lengths.reduce(0, +) / Double(lengths.count)
  }

  // MARK: State

  /// Everything that a later start needs to go on. Collective.
  public func state() throws -> [UInt8] {
    try optimizer.state().bytes + [revivedCount].memoryBytes + silence.memoryBytes + history.loss.memoryBytes
      + history.unexplained.memoryBytes + history.active.memoryBytes + history.dead.memoryBytes
  }

  /// Goes on from a state; false where it is none of this training's.
  public func restore(_ bytes: [UInt8]) -> Bool {
    guard let (state, rest) = OptimizerState.read(bytes, count: plan.layout.count) else { return false }
    let word = MemoryLayout<Int>.stride
    guard rest.count == word * (1 + plan.featureCount + 4 * state.step) else { return false }
    var place = rest.startIndex
    func next<Number: BitwiseCopyable>(_ count: Int, _ type: Number.Type) -> [Number] {
      defer { place += count * word }
      return [Number](memoryBytes: rest[place..<place + count * word])
    }
    revivedCount = next(1, Int.self)[0]
    silence = next(plan.featureCount, Int.self)
    history.loss = next(state.step, Double.self)
    history.unexplained = next(state.step, Double.self)
    history.active = next(state.step, Double.self)
    history.dead = next(state.step, Int.self)
    optimizer.restore(state)
    return true
  }
}

extension Autoencoder {
  /// The sum of squared deviations of scaled activations from their mean, in double.
  package func spread(_ batch: MatrixView) -> Double {
    var sums = [Double](repeating: 0, count: batch.columns)
    for row in 0..<batch.rows {
      let own = batch.row(row)
      for place in 0..<batch.columns { sums[place] += Double(own[place]) }
    }
    var squares = 0.0
    for place in 0..<batch.columns { sums[place] /= Double(batch.rows) }
    for row in 0..<batch.rows {
      let own = batch.row(row)
      var part = 0.0
      for place in 0..<batch.columns {
        let deviation = Double(own[place]) - sums[place]
        part += deviation * deviation
      }
      squares += part
    }
    return squares * Double(scale) * Double(scale)
  }
}
