import Configuration
import Foundation
import MessagePassing
import Transformer

/// The host that a person asks for: a model, or an untrained one of its shapes as a control.
public struct HostChoice: Equatable, Sendable {
  /// The path of the model's folder or file.
  public let path: String
  /// The random weights in the place of the trained ones; nil: those of the files.
  public let untrained: UntrainedWeights?

  /// A model as it is, or with random weights.
  public init(path: String, untrained: UntrainedWeights? = nil) {
    self.path = path
    self.untrained = untrained
  }

  // MARK: Reading

  private static let use =
    UntrainedWeights.Way.allCases.map(\.rawValue).joined(separator: ", ")
    + ", or write 'model: PATH' for the trained model"

  /// Reads `PATH`, or `{of: PATH, weights: random, seed: 0, scale: own}`, of which seed and scale may be left out.
  /// Weights are random, uniform, matched or shuffled; only random ones have a scale.
  ///
  /// Throws a `TextFileError` that names the line.
  public init(_ value: ConfigurationValue) throws {
    guard value.isGroup else {
      self.init(path: try value.path())
      return
    }
    let group = try value.group(keys: ["of", "weights", "seed", "scale"])
    let path = try group.required("of", example: "PATH").path()
    let weights = try group.required("weights", example: "random")
    guard let way = weights.text.flatMap(UntrainedWeights.Way.init(rawValue:)) else {
      throw weights.mismatch("a kind of weights", use: HostChoice.use)
    }
    let seed =
      try group["seed"]?.integer(
        in: 0...UInt64.max, "a seed", use: "a whole number from 0 to \(UInt64.max)") ?? 0
    if let scale = group["scale"], scale.text != UntrainedWeights.Scale.own.rawValue {
      throw scale.mismatch(
        "a scale of random weights",
        use: "own, for that of each trained matrix, or leave it out for a standard deviation of 0.02")
    }
    guard way == .random else {
      if let scale = group["scale"] {
        throw scale.refusal("only random weights have a scale, and these are \(way.rawValue); leave it out")
      }
      self.init(path: path, untrained: UntrainedWeights(seed: seed, way: way))
      return
    }
    self.init(path: path, untrained: UntrainedWeights(seed: seed, scale: group["scale"] == nil ? .usual : .own))
  }

  // MARK: Opening

  /// The model's shape, without its weights. Whether the head is tied is what the configuration says; files may decide
  /// otherwise.
  public func shape() throws -> HostShape { try HostShape.load(path: path) }

  /// The model. Collective over the ranks of `sharing`, which are of one node; they hold random weights together, as
  /// they do trained ones.
  public func load(sharing: Sharing = Sharing()) throws -> Model {
    guard let untrained else { return try sharing.agree { try Model.load(path: path) } }
    return try Model.untrained(like: path, untrained, sharing: sharing)
  }

  /// The model that was read, or one like it with random weights where these are asked for; the ranks of a node make
  /// and hold them together. Collective over all ranks.
  public func losingTraining(_ model: Model, threads: Int, communicator: Communicator) throws -> Model {
    guard let untrained else { return model }
    let node = try communicator.splitByNode()
    // Making them is collective over the node alone, so it is done outside what all ranks agree about; the rank that
    // knows why it failed says so.
    let attempt = Result { try Model.untrained(like: model, untrained, sharing: Sharing(node, threads: threads)) }
    try communicator.agree { do { _ = try attempt.get() } catch is FailureElsewhere {} }
    try node.free()
    return try attempt.get()
  }

  // MARK: Words

  /// The name of the folder or file, and that weights are random if they are: "model (random weights, seed 0)".
  public var name: String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent + suffix }

  /// What the hash of a plan takes in; empty for a trained model, so that plans keep the hashes that they had before
  /// there were others.
  public var fingerprint: String {
    untrained?.fingerprint ?? ""
  }

  private var suffix: String { untrained.map { " (\($0.words))" } ?? "" }
}

extension HostChoice: CustomStringConvertible {
  /// The path, and that weights are random if they are.
  public var description: String { path + suffix }
}
