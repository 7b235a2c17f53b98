import Training
import Transformer

/// What a training costs, before it is run.
public struct TrainingEstimate: Sendable {
  /// The share of the speed of products that trainings reach: attention, norms and activations take a quarter of the
  /// time of the demo model's.
  public static let usualEfficiency = 0.75

  /// Floating-point operations of all steps, of all ranks together.
  public private(set) var operations = 0.0
  /// Bytes of a rank, at most, but for those of a file that is mapped.
  public private(set) var rankBytes = 0
  /// Bytes of the trained model's weights.
  public let outputBytes: Int

  /// The cost of a training that `ranks` ranks share.
  public init(_ training: PreparedTraining, ranks: Int) {
    let (configuration, parameters) = (training.configuration, training.parameters)
    outputBytes = 2 * parameters.elementCount
    let turned = configuration.muon == nil ? [] : parameters.layout.tensors.filter(parameters.isInner)
    let turning = turned.reduce(0) { $0 + $1.turning }
    for (phase, rows) in zip(configuration.phases, training.rows) {
      let count = rows.length - 1
      let shards = ModelTrainer.shards(of: configuration.batch, configuration.shards)
      for shard in shards {
        let lengths = Array(repeating: count, count: shard.count)
        operations += Double(phase.steps) * Self.passes(parameters.shape, rows: lengths).total
      }
      operations += Double(phase.steps) * turning
      rankBytes = max(rankBytes, Self.bytes(parameters, tokens: count * (shards.map(\.count).max() ?? 0)))
    }
    rankBytes += SharedOptimizer.byteCount(parameters.layout, shards: configuration.shards, ranks: ranks)
  }

  /// Operations by which rows of so many tokens each run together through a model and give the gradients of all its
  /// weights: a forward pass, another one of the layers that the tape does not keep, and twice as much on the way back.
  package static func passes(_ shape: HostShape, rows: [Int]) -> Operations {
    let tokens = Double(rows.reduce(0, +))
    let kept = ForwardTape.keptLayers(shape: shape, capacity: rows.reduce(0, +))
    var all = Operations()
    for (layer, block) in shape.blocks.enumerated() {
      let runs = layer < shape.layerCount - kept ? 2.0 : 1.0
      all.blocks += 2 * tokens * block.matrixElements * (runs + 2)
      guard let attention = block.attention?.step else { continue }
      all.attention += (runs + 2) * rows.reduce(0) { $0 + attention.operations(queries: 0..<$1, of: $1) }
    }
    all.head = 6 * tokens * Double(shape.vocabularyCount) * Double(shape.hiddenSize)
    return all
  }

  /// Bytes of the model and of a shard of so many tokens that runs through it and back.
  private static func bytes(_ parameters: ModelParameters, tokens: Int) -> Int {
    let shape = parameters.shape
    return MemoryLayout<Float>.stride * parameters.elementCount
      + ForwardTape.byteCount(shape: shape, capacity: tokens) + tokens * ReversePass.bytesPerRow(shape: shape)
      + ModelTrainer.logitBytes(shape, tokens: tokens)
  }
}

extension ParameterLayout.Tensor {
  /// Operations by which Muon makes the direction of a step of a matrix.
  fileprivate var turning: Double {
    let (least, most) = (Double(min(rows, columns)), Double(max(rows, columns)))
    return 10 * least * least * (2 * most + least)
  }
}
