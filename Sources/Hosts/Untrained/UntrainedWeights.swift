/// How the weights of a model are drawn that has learned nothing.
///
/// Every element i of a matrix, row-major, is a(2u − 1), uniform with the standard deviation a / √3. u is
/// `PortableRandom.uniform("SEED:NAME:i")`, where NAME is the tensor's name without "model." in front: as the file has
/// it, if transformers wrote that. Gains of norms are 1 and biases 0, so that both do nothing; a tied head is the
/// embedding. Elements are rounded to float32.
public struct UntrainedWeights: Equatable, Sendable {
  /// How large weights are.
  public enum Scale: String, CaseIterable, Sendable {
    /// The standard deviation is 0.02 in every matrix, with which most models begin their training.
    case usual
    /// In every matrix the standard deviation is that of the trained one.
    case own
  }

  /// The seed of all weights.
  public let seed: UInt64
  /// How large they are.
  public let scale: Scale

  /// Weights of a seed.
  public init(seed: UInt64 = 0, scale: Scale = .usual) {
    self.seed = seed
    self.scale = scale
  }

  /// The standard deviation of every matrix by the usual scale.
  static let usualDeviation = 0.02

  /// What stands behind the name of a model, such as "random weights, seed 0".
  public var words: String {
    switch scale {
    case .usual: "random weights, seed \(seed)"
    case .own: "random weights of its own scale, seed \(seed)"
    }
  }

  /// A sentence that says how weights were drawn.
  var notice: String {
    let deviation =
      switch scale {
      case .usual: "0.02, as before most trainings"
      case .own: "that of the trained matrix"
      }
    return
      "the weights are random, seed \(seed): the standard deviation of every matrix is \(deviation); gains are 1 and "
      + "biases 0"
  }
}
