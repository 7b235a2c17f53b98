import Basics
import Configuration
import Inputs
import Training

/// What a person asks of a training: the content of a YAML file, checked, with defaults filled in.
public struct TrainingConfiguration: Sendable {
  /// The file as the person named it; errors repeat it.
  public let path: String
  /// The file itself.
  public let bytes: [UInt8]
  /// The folder whose `config.json` says what the model is, and whose tokenizer goes with it.
  public let shape: String
  /// The seed of the weights before training.
  public let seed: Int
  /// The phases, one after the other.
  public let phases: [TrainingPhase]
  /// Tokens of a row where texts are cut, the begin token included.
  public let window: Int
  /// Rows of a step.
  public let batch: Int
  /// Parts of a batch.
  public let shards: Int
  /// How large steps are.
  public let rate: LearningRate
  /// The optimizer of matrices inside blocks; nil: Adam, as for the others.
  public let muon: Muon?
  /// The optimizer of everything else.
  public let adam: Adam
  /// A longer gradient is shortened to this; nil: none is.
  public let clip: Double?

  private static let fileLimit = 1 << 20
  private static let keys = ConfigurationKeys(
    top: [
      "shape", "seed", "phases", "window", "batch", "shards", "learning_rate", "warm_up", "fall", "falls_from", "floor",
      "optimizer", "weight_decay", "betas", "adam_share", "clip",
    ], groups: [])

  /// Whether a configuration is one of a training and not of a screen.
  public static func isTraining(path: String) -> Bool {
    guard let bytes = try? BoundedFile.read(path: path, limit: fileLimit, throwing: TextFileError.self) else {
      return false
    }
    // A screen's and studies' have no such key, whatever way the file is written.
    return String(decoding: bytes, as: UTF8.self).contains(#/(?:^|\W)"?phases"?\s*:/#)
  }

  /// Reads the file at `path`; relative paths in it are relative to its folder. Throws a `TextFileError` that names the
  /// line.
  public init(path: String) throws {
    let bytes = try MisplacedFile.configuration.reading(path) {
      try BoundedFile.read(path: path, limit: Self.fileLimit, throwing: TextFileError.self)
    }
    try self.init(bytes: bytes, path: path)
  }

  /// Reads `bytes`, the content of the file at `path`.
  public init(bytes: [UInt8], path: String) throws {
    self.path = path
    self.bytes = bytes
    let file = try ConfigurationReader(bytes: bytes, file: path, keys: Self.keys)
    shape = try file.required("shape", example: "demo/model").path()
    seed = try file["seed"]?.whole(from: 0) ?? 0
    window = try file["window"]?.whole(from: 2) ?? 257
    batch = try file["batch"]?.whole(from: 1) ?? 16
    shards = try file["shards"]?.whole(from: 1) ?? 4
    phases = try file.required("phases", example: "[{rows: FILE, steps: 1000}]").list(
      use: "a list such as [{rows: FILE, steps: 1000}]"
    ).map { try TrainingPhase($0) }
    rate = try Self.rate(file)
    let decay = try file["weight_decay"]?.number() ?? 0
    muon = try Self.usesMuon(file) ? Muon(weightDecay: decay) : nil
    let betas = try file["betas"]?.list(use: "[0.9, 0.999]").map { try $0.number() } ?? [0.9, 0.999]
    guard betas.count == 2, betas.allSatisfy({ $0 < 1 }) else {
      throw file.refusal("betas", "there are two of them, below 1; use such as [0.9, 0.999]")
    }
    var adam = Adam(meanDecay: betas[0], squareDecay: betas[1], weightDecay: muon == nil ? decay : 0)
    adam.rateShare = try file["adam_share"]?.number() ?? 1
    self.adam = adam
    let clip = try file["clip"]?.number() ?? 0
    self.clip = clip > 0 ? clip : nil
  }

  private static func rate(_ file: ConfigurationReader) throws -> LearningRate {
    let words = LearningRate.Fall.allCases.map(\.rawValue).joined(separator: ", ")
    let fall = try file["fall"].map { value in
      guard let fall = value.text.flatMap(LearningRate.Fall.init(rawValue:)) else {
        throw value.mismatch("a way to fall", use: "one of \(words)")
      }
      return fall
    }
    let from = try file["falls_from"]?.number() ?? 0
    let floor = try file["floor"]?.number() ?? 0
    guard from < 1 else { throw file.refusal("falls_from", "it is a share of the steps; use a number below 1") }
    guard floor <= 1 else { throw file.refusal("floor", "it is a share of the learning rate; use a number up to 1") }
    return LearningRate(
      peak: try file.required("learning_rate", example: "0.001").number(),
      warmUp: try file["warm_up"]?.whole(from: 0) ?? 0, fall: fall ?? .constant, fallsFrom: from, floor: floor)
  }

  private static func usesMuon(_ file: ConfigurationReader) throws -> Bool {
    guard let value = file["optimizer"] else { return false }
    guard let word = value.text, ["adam", "muon"].contains(word) else {
      throw value.mismatch("an optimizer", use: "adam, or muon for the matrices inside blocks and adam for the rest")
    }
    return word == "muon"
  }

  /// The steps of all phases.
  public var steps: Int { phases.reduce(0) { $0 + $1.steps } }

  /// What decides about the result, without comments and blanks.
  var spelling: String {
    let phases = self.phases.map(\.spelling).joined(separator: "; ")
    return "seed=\(seed) phases=\(phases) window=\(window) batch=\(batch) shards=\(shards) peak=\(rate.peak) "
      + "warm_up=\(rate.warmUp) fall=\(rate.fall) from=\(rate.fallsFrom) floor=\(rate.floor) "
      + "muon=\(muon.map { "\($0.momentum),\($0.weightDecay)" } ?? "none") adam=\(adam.meanDecay),\(adam.squareDecay),"
      + "\(adam.epsilon),\(adam.weightDecay) share=\(adam.rateShare) clip=\(clip.map { "\($0)" } ?? "none")"
  }
}

extension ConfigurationValue {
  /// A whole number of at least `least`.
  func whole(from least: Int) throws -> Int {
    try integer(in: least...1 << 40, "a number for this", use: "a whole number from \(least) up")
  }

  /// A finite number of at least 0.
  fileprivate func number() throws -> Double {
    guard let number = word?.number, number >= 0 else {
      throw mismatch("a number of at least 0", use: "a number such as 0.5")
    }
    return number
  }
}

extension ConfigurationReader {
  /// The error of a key that is there.
  fileprivate func refusal(_ key: String, _ problem: String) -> TextFileError {
    self[key]?.refusal(problem) ?? .input(file, line: line, "\(key): \(problem)")
  }
}
