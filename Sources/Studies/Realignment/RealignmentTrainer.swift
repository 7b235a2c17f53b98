import Basics
import MessagePassing
import Training

/// The training of a side network, step by step, which all ranks take together.
final class RealignmentTrainer {
  let parameters: ParameterValues
  /// The loss of each step's batch before its update.
  private(set) var losses: [Double] = []
  /// The loss of held-out rows before each step; empty unless it is watched.
  private(set) var heldLosses: [Double] = []
  private let lesson: RealignmentLesson
  private let seed: UInt64
  private let optimizer: SharedOptimizer
  private let sharing: Sharing

  private var plan: RealignmentPlan { lesson.plan }
  /// Steps that were taken.
  var step: Int { optimizer.step }
  /// Whether no step is left.
  var isOver: Bool { plan.isOver(heldLosses, steps: step) }

  init(_ lesson: RealignmentLesson, seed: UInt64, sharing: Sharing) {
    (self.lesson, self.seed, self.sharing) = (lesson, seed, sharing)
    parameters = lesson.network.untrained(seed: seed)
    optimizer = SharedOptimizer(parameters, shards: lesson.plan.shards, sharing: sharing) { _ in .adam(Adam()) }
  }

  // MARK: Steps

  /// Takes the next step. Collective.
  func take() throws {
    if plan.isWatched { heldLosses.append(lesson.heldLoss(parameters)) }
    losses.append(try differentiate().loss)
    try optimizer.update(rate: plan.rows(of: step, among: lesson.rows.count, seed: seed).rate)
  }

  /// The loss of the next batch; no step is taken. Collective.
  func nextLoss() throws -> Double { try differentiate().loss }

  /// The gradient of the next batch's loss by all parameters, and its lengths at the layers. Collective.
  func firstGradient() throws -> (parameters: [Float], lengths: [Double]) {
    let squares = try differentiate().squares
    return (try optimizer.sharedGradient(), squares.map { $0.squareRoot() })
  }

  /// Makes the gradients of this rank's shards of the next batch; the loss and the squared lengths of gradients at the
  /// layers are those of the whole batch, shards added in their order.
  private func differentiate() throws -> (loss: Double, squares: [Double]) {
    let own = plan.rows(of: step, among: lesson.rows.count, seed: seed).rows
    let batch = RealignmentBatch(own.map { lesson.rows[$0] }, plan)
    let numbers = optimizer.ownShards.flatMap { shard -> [Double] in
      let gradient = optimizer.gradient(ofShard: shard)
      gradient.clear()
      let rows = own.count * shard / plan.shards..<own.count * (shard + 1) / plan.shards
      let part = lesson.loss(batch, rows: rows, parameters, penalty: plan.penalty, to: gradient)
      return [part.loss] + part.squares
    }
    var sums = [Double](repeating: 0, count: 1 + lesson.layers.count)
    for (place, number) in try sharing.ofAllRanks(numbers).enumerated() { sums[place % sums.count] += number }
    return (sums[0], Array(sums.dropFirst()))
  }

  // MARK: State

  /// Everything that a later start needs to go on. Collective.
  func state() throws -> [UInt8] { try optimizer.state().bytes + losses.memoryBytes + heldLosses.memoryBytes }

  /// Goes on from a state; one that is none of this training's is left alone.
  func restore(_ bytes: [UInt8]) {
    guard let (state, rest) = OptimizerState.read(bytes, count: lesson.network.layout.count),
      rest.count == state.step * (plan.isWatched ? 2 : 1) * MemoryLayout<Double>.stride
    else { return }
    let numbers = [Double](memoryBytes: rest)
    losses = Array(numbers.prefix(state.step))
    heldLosses = Array(numbers.dropFirst(state.step))
    optimizer.restore(state)
  }
}
