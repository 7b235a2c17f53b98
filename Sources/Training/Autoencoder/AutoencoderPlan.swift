/// How sparse the features of an autoencoder are, and what makes them so.
public enum Sparsity: Hashable, Sendable {
  /// Of each activation the k largest features count (arXiv 2406.04093). Features that have been silent for long learn
  /// to explain what the others leave: their loss has a weight of 1/32.
  case topK(Int)
  /// The loss has λ times the sum of features, each times the length of its direction.
  case relu(penalty: Double)
  /// A feature counts above a threshold that is learned; the loss has λ times their number (arXiv 2407.14435), so that
  /// a feature is worth having where it takes more than λ off the squared error of a scaled activation, whose square is
  /// about its width. A threshold learns from what comes nearer to it than half of a bandwidth.
  case jumpRelu(penalty: Double, bandwidth: Double)

  /// The name in words and files: `topk 8`, `relu 2`.
  public var name: String {
    func short(_ number: Double) -> String {
      number.rounded() == number && abs(number) < 1e9 ? String(Int(number)) : String(number)
    }
    switch self {
    case .topK(let count): return "topk \(count)"
    case .relu(let penalty): return "relu \(short(penalty))"
    case .jumpRelu(let penalty, _): return "jumprelu \(short(penalty))"
    }
  }
}

/// A training of one autoencoder: its sizes, what makes its features sparse, and how it is trained.
public struct AutoencoderPlan: Equatable, Sendable {
  /// The number of features.
  public var featureCount: Int
  /// Numbers of an activation.
  public var width: Int
  /// What makes features sparse.
  public var sparsity: Sparsity
  /// The seed of the first weights.
  public var seed: UInt64
  /// Activations of a step.
  public var batch: Int
  /// The number of steps.
  public var steps: Int
  /// How large steps are.
  public var rate: LearningRate
  /// The optimizer of all parameters.
  public var adam: Adam
  /// A gradient that is longer is shortened to this; nil: none is.
  public var clip: Double?
  /// A feature is dead when it has not fired on so many activations.
  public var deadAfter: Int
  /// Steps from one revival of dead features to the next; features of top-k are not revived, and learn by their loss.
  public var reviveEvery: Int
  /// Parts of a batch, whose gradients are added in order.
  public var shards: Int

  /// A plan whose other properties are usual ones.
  public init(featureCount: Int, width: Int, sparsity: Sparsity, batch: Int, steps: Int, rate: LearningRate) {
    self.featureCount = featureCount
    self.width = width
    self.sparsity = sparsity
    self.batch = batch
    self.steps = steps
    self.rate = rate
    seed = 0
    adam = Adam()
    clip = nil
    deadAfter = 20_000
    reviveEvery = 200
    shards = 4
  }

  /// What the learning rate of the logarithms of thresholds is multiplied by. A step of Adam's moves a logarithm by the
  /// rate at most, so that at the rate of weights a threshold would hardly leave where it begins.
  static let thresholdRateShare = 10.0

  /// The weight of the loss by which dead features of top-k learn.
  static let auxiliaryWeight = 1.0 / 32

  /// Where encoder and decoder, `[features, width]`, biases and thresholds lie.
  public var layout: ParameterLayout {
    var sizes: [(name: String, rows: Int, columns: Int)] = [
      (Name.encoder, featureCount, width), (Name.decoder, featureCount, width), (Name.encoderBias, featureCount, 1),
      (Name.decoderBias, 1, width),
    ]
    if case .jumpRelu = sparsity { sizes.append((Name.logThreshold, featureCount, 1)) }
    return ParameterLayout(sizes)
  }

  /// The names of parameters.
  enum Name {
    static let encoder = "W_enc"
    static let decoder = "W_dec"
    static let encoderBias = "b_enc"
    static let decoderBias = "b_dec"
    static let logThreshold = "log_threshold"
  }

  /// The activations of neighbouring shards, among those of a batch.
  func rows(ofShards own: Range<Int>) -> Range<Int> {
    batch * own.lowerBound / shards..<batch * own.upperBound / shards
  }

  /// Floating-point operations of a training, about.
  public var operations: Double {
    let product = 2 * Double(batch) * Double(featureCount) * Double(width)
    if case .topK(let count) = sparsity, usesLists(count) { return Double(steps) * product * 1.5 }
    return Double(steps) * product * 5
  }

  /// Whether the few features of top-k are taken one by one, which pays where they are few.
  func usesLists(_ count: Int) -> Bool { 16 * count <= featureCount }
}
