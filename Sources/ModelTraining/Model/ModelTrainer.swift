import LinearAlgebra
import MessagePassing
import Training
import Transformer

/// The training of a model on rows of tokens, step by step, which all ranks take together.
public final class ModelTrainer {
  /// A row, and how much the prediction of each of its tokens counts; the first is not predicted.
  public struct Row: Equatable, Sendable {
    /// The tokens, at least two.
    public let tokens: [Int32]
    /// The weight of each.
    public let weights: [Float]

    /// A row with a weight for each token.
    public init(tokens: [Int32], weights: [Float]) {
      precondition(tokens.count > 1 && weights.count == tokens.count, "a weight for each token")
      self.tokens = tokens
      self.weights = weights
    }
  }

  /// What is learned.
  public let parameters: ModelParameters
  /// The values, the same on every rank between two steps.
  public let values: ParameterValues
  /// Operations of this rank's passes, of all steps.
  package private(set) var operations = Operations()
  private let optimizer: SharedOptimizer
  private let sharing: Sharing

  /// Floats of logits at a time, 16 MiB.
  private static let logitCapacity = 1 << 22

  /// A training of these values, each tensor by the rule that `rule` gives for it; a batch has so many shards.
  public init(
    _ parameters: ModelParameters, values: ParameterValues, shards: Int, sharing: Sharing,
    rule: (ParameterLayout.Tensor) -> UpdateRule
  ) {
    self.parameters = parameters
    self.values = values
    self.sharing = sharing
    optimizer = SharedOptimizer(values, shards: shards, sharing: sharing, rule: rule)
  }

  /// The rows of each shard of a batch.
  static func shards(of batch: Int, _ count: Int) -> [Range<Int>] {
    (0..<count).map { batch * $0 / count..<batch * ($0 + 1) / count }
  }

  /// Bytes of the logits of so many tokens, of which not all are there at a time.
  static func logitBytes(_ shape: HostShape, tokens: Int) -> Int {
    min(tokens, max(1, logitCapacity / shape.vocabularyCount)) * shape.vocabularyCount * MemoryLayout<Float>.stride
  }

  /// Steps that were taken.
  public var step: Int { optimizer.step }

  /// Takes a step with a batch of rows, the same on every rank; returns the mean of −ln p of its tokens by weight,
  /// before the step. Collective.
  ///
  /// About 8 · tokens · weights floating-point operations; `TrainingEstimate` counts them.
  public func take(_ batch: [Row], rate: Double, clip: Double?) throws -> Double {
    // Nothing is learned of a batch whose tokens all weigh nothing.
    let weight = max(
      batch.reduce(0.0) { sum, row in row.weights.dropFirst().reduce(sum) { $0 + Double($1) } }, .leastNormalMagnitude)
    let model = try sharing.agree { try parameters.model(values, name: "the model in training") }
    let longest = batch.map(\.tokens.count).max() ?? 1
    let pass = ForwardPass(model: model, positionCount: longest, threads: sharing.threads, quantizingHead: false)
    let shards = ModelTrainer.shards(of: batch.count, optimizer.shardCount)
    let losses = optimizer.ownShards.map { shard -> Double in
      let gradient = optimizer.gradient(ofShard: shard)
      gradient.clear()
      let rows = shards[shard]
      return rows.isEmpty ? 0 : differentiate(Array(batch[rows]), over: weight, pass, into: gradient)
    }
    operations += pass.operations.done
    let loss = try sharing.ofAllRanks(losses).reduce(0, +)
    try optimizer.update(rate: rate, clip: clip)
    return loss
  }

  /// The part of the loss that some rows have, and its gradient; `weight` is that of the whole batch.
  private func differentiate(
    _ rows: [Row], over weight: Double, _ pass: ForwardPass, into gradient: ParameterValues
  ) -> Double {
    let inputs = rows.map { Array($0.tokens.dropLast()) }
    let tape = ForwardTape(pass: pass, capacity: inputs.reduce(0) { $0 + $1.count })
    tape.run(inputs)
    let reverse = ReversePass(tape, parameters: parameters.gradients(into: gradient))
    let targets = rows.flatMap { $0.tokens.dropFirst() }
    let weights = rows.flatMap { $0.weights.dropFirst().map { Float(Double($0) / weight) } }
    let vocabulary = parameters.shape.vocabularyCount
    let most = max(1, min(targets.count, Self.logitCapacity / vocabulary))
    let logits = Matrix(rows: most, columns: vocabulary)
    var loss = 0.0
    for start in stride(from: 0, to: targets.count, by: most) {
      let part = start..<min(start + most, targets.count)
      let own = logits[rows: 0..<part.count]
      tape.logits(ofScored: part, into: own)
      loss += CrossEntropy.differentiate(own, targets: Array(targets[part]), weights: Array(weights[part]))
      reverse.addGradient(atLogits: own.reading, ofScored: part)
    }
    reverse.run()
    return loss
  }

  // MARK: State

  /// Everything that a later start needs to go on. Collective.
  public func state() throws -> OptimizerState { try optimizer.state() }

  /// Goes on from a state of as many parameters.
  public func restore(_ state: OptimizerState) { optimizer.restore(state) }
}
