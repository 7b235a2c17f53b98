/// How the weights of a model are drawn that has learned nothing.
///
/// `Way.random` is the usual one. Every element i of a matrix, row-major, is a(2u − 1), uniform with the standard
/// deviation a / √3. u is `PortableRandom.uniform("SEED:NAME:i")`, where NAME is the tensor's name without "model." in
/// front: as the file has it, if transformers wrote that. Gains of norms are 1 and biases 0, so that both do nothing.
///
/// The other ways draw from a `MixedStream` of the seed for each matrix: 0 for the embedding, 1 for a head of its own,
/// 2 + 7 · layer + its place among q, k, v, o, gate, up and down, and 2 + 7 · layers for learned positions. A tensor
/// that holds several matrices counts as one, in the place of the first. In all ways a tied head is the embedding, and
/// elements are rounded to float32.
public struct UntrainedWeights: Equatable, Sendable {
  /// What takes the place of the trained weights.
  public enum Way: String, CaseIterable, Sendable {
    /// Elements are uniform, and gains and biases do nothing; the numbers are those of digests.
    case random
    /// Elements are uniform with the standard deviation 0.02, and gains and biases do nothing.
    case uniform
    /// Elements are uniform with the root mean square of the trained matrix; gains and biases stay as trained.
    case matched
    /// Each matrix keeps its elements and loses their places; gains and biases stay as trained.
    case shuffled

    /// Whether the vectors of steps, gains and biases, stay as they were trained.
    var keepsVectors: Bool { self == .matched || self == .shuffled }
  }

  /// How large weights are, where their way is `random`.
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
  /// What takes the place of the trained ones.
  public let way: Way

  /// Random weights of a seed.
  public init(seed: UInt64 = 0, scale: Scale = .usual) {
    self.seed = seed
    self.scale = scale
    way = .random
  }

  /// Weights of a seed in one of the ways, `random` ones of the usual scale.
  public init(seed: UInt64, way: Way) {
    self.seed = seed
    self.way = way
    scale = .usual
  }

  /// The standard deviation of every matrix by the usual scale.
  static let usualDeviation = 0.02

  /// What stands behind the name of a model, such as "random weights, seed 0".
  public var words: String {
    switch (way, scale) {
    case (.random, .usual): "random weights, seed \(seed)"
    case (.random, .own): "random weights of its own scale, seed \(seed)"
    case (.uniform, _): "uniform weights, seed \(seed)"
    case (.matched, _): "random weights of its own scale and gains, seed \(seed)"
    case (.shuffled, _): "shuffled weights, seed \(seed)"
    }
  }

  /// What the hash of a plan takes in.
  var fingerprint: String { "\(way.rawValue) \(seed)\(scale == .own ? " own" : "")" }

  /// A sentence that says how weights were drawn.
  var notice: String {
    switch way {
    case .shuffled:
      return "the weights of every matrix are shuffled, seed \(seed): each keeps its numbers and loses their places; "
        + "gains and biases are the trained ones"
    case .matched:
      return
        "the weights are random, seed \(seed): the root mean square of every matrix is that of the trained matrix; "
        + "gains and biases are the trained ones"
    case .random, .uniform:
      let deviation = scale == .own ? "that of the trained matrix" : "0.02, as before most trainings"
      return
        "the weights are random, seed \(seed): the standard deviation of every matrix is \(deviation); gains are 1 "
        + "and biases 0"
    }
  }
}
