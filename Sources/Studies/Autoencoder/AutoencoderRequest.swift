import Basics
import Configuration
import Training
import Transformer

/// What a person asks of a training of autoencoders.
struct AutoencoderRequest {
  /// One of the autoencoders.
  struct Choice {
    let sparsity: Sparsity
    /// Activations after which a silent feature is dead.
    let deadAfter: Int
    /// The place in the configuration, for refusals.
    let place: ConfigurationPlace

    /// k of top-k; 0 for others.
    var count: Int { if case .topK(let count) = sparsity { count } else { 0 } }
  }

  static let keys = [
    StudyKey("training", required: "[NAME]", "texts whose activations are learned"),
    StudyKey("evaluation", required: "[NAME]", "held-out texts whose activations are explained"),
    StudyKey("layer", required: "1", "the layer, counted from 0"),
    StudyKey("site", usual: "res_post", "the site of the layer"),
    StudyKey("features", usual: "512", "features of each autoencoder"),
    StudyKey(
      "autoencoders", usual: "[{topk: 8}]",
      "a list: {topk: FEATURES}, {relu: PENALTY} or {jumprelu: PENALTY}, each with a dead_after of its own if wanted; "
        + "a feature of jumprelu has to take more than its penalty off the squared error, which begins at the width"),
    StudyKey("steps", usual: "1500", "steps of each training"),
    StudyKey("batch", usual: "512", "activations of a step"),
    StudyKey("learning_rate", usual: "0.001", "the greatest learning rate of Adam"),
    StudyKey("warm_up", usual: "0", "steps over which the learning rate grows"),
    StudyKey("fall", usual: "none", "how the learning rate falls from there to 0: none, linear or cosine"),
    StudyKey("clip", usual: "0", "a longer gradient is shortened to this; 0: none is"),
    StudyKey("bandwidth", usual: "2", "how near a feature must be to its threshold for jumprelu to move it"),
    StudyKey("dead_after", usual: "20000", "a feature is dead when it has not fired on so many activations"),
    StudyKey(
      "revive_every", usual: "200", "steps between revivals of dead features; those of topk learn by their loss"),
    StudyKey("shuffle", usual: "true", "whether activations come in a random order, drawn anew for each epoch"),
    StudyKey("buffer", usual: "0", "activations in memory, among which they are shuffled; 0: as many as fit 256 MiB"),
    StudyKey("shards", usual: "4", "parts of a batch that ranks share; more ranks than that have nothing to do"),
    StudyKey("seed", usual: "0", "the seed of first weights and orders"),
    StudyKey("file", usual: "autoencoder", "files beside the results begin so: autoencoder-topk-8.safetensors"),
    StudyKey(
      "gradients", usual: "gradients.safetensors", "a file beside the results for the gradients on the first batch"),
  ]

  let training: [String]
  let evaluation: [String]
  let site: Site
  let layer: Int
  let layerPlace: ConfigurationPlace
  let featureCount: Int
  private let featuresPlace: ConfigurationPlace
  let autoencoders: [Choice]
  let steps: Int
  let batch: Int
  let batchPlace: ConfigurationPlace
  let rate: LearningRate
  let clip: Double?
  let reviveEvery: Int
  let isShuffled: Bool
  /// Activations in memory; nil: as many as fit.
  let buffer: Int?
  let shards: Int
  let seed: Int
  let gradientsFile: String?
  private let fileStem: String

  init(_ section: StudySection) throws {
    training = try section.texts("training")
    evaluation = try section.texts("evaluation")
    guard section["layer"] != nil else { throw section.missing("layer", example: "1") }
    layer = try section.integer("layer", in: 0...1 << 20, usual: 0)
    layerPlace = ConfigurationPlace("layer", of: section)
    site = try section.choice("site", usual: .residualAfter)
    featureCount = try section.integer("features", in: 1...1 << 24, usual: 512)
    featuresPlace = ConfigurationPlace("features", of: section)
    steps = try section.integer("steps", in: 1...1 << 30, usual: 1500)
    batch = try section.integer("batch", in: 1...1 << 24, usual: 512)
    batchPlace = ConfigurationPlace("batch", of: section)
    rate = LearningRate(
      peak: try section.number("learning_rate", usual: 0.001),
      warmUp: try section.integer("warm_up", in: 0...1 << 30, usual: 0),
      fall: try section.choice("fall", usual: .constant))
    let clip = try section.number("clip", usual: 0)
    self.clip = clip > 0 ? clip : nil
    reviveEvery = try section.integer("revive_every", in: 1...1 << 30, usual: 200)
    isShuffled = try section.flag("shuffle", usual: true)
    let buffer = try section.integer("buffer", in: 0...1 << 40, usual: 0)
    self.buffer = buffer > 0 ? buffer : nil
    if let own = self.buffer, own < batch {
      throw ConfigurationPlace("buffer", of: section).refusal(
        "\(own) activations are fewer than a batch of \(batch); use at least as many")
    }
    shards = try section.integer("shards", in: 1...1 << 16, usual: 4)
    seed = try section.integer("seed", in: 0...Int.max, usual: 0)
    fileStem = try section.fileName("file", ending: "") ?? "autoencoder"
    gradientsFile = try section.fileName("gradients", ending: ".safetensors")
    autoencoders = try Self.choices(section)
  }

  // MARK: Autoencoders

  private static func choices(_ section: StudySection) throws -> [Choice] {
    let usual = try section.integer("dead_after", in: 1...1 << 40, usual: 20_000)
    let bandwidth = try section.number("bandwidth", usual: 2)
    guard let value = section["autoencoders"] else {
      let place = ConfigurationPlace("autoencoders", of: section)
      return [Choice(sparsity: .topK(8), deadAfter: usual, place: place)]
    }
    let choices = try value.list(use: "a list such as [{topk: 8}, {relu: 2}]").map {
      try choice($0, deadAfter: usual, bandwidth: bandwidth, of: section)
    }
    if let twice = choices.indices.first(where: { place in
      choices[..<place].contains { $0.sparsity.name == choices[place].sparsity.name }
    }) {
      throw choices[twice].place.refusal("\(choices[twice].sparsity.name) occurs twice; keep one")
    }
    return choices
  }

  private static func choice(
    _ value: ConfigurationValue, deadAfter: Int, bandwidth: Double, of section: StudySection
  ) throws -> Choice {
    let group = try value.group(keys: ["topk", "relu", "jumprelu", "dead_after"])
    let kinds = ["topk", "relu", "jumprelu"].compactMap { name in group[name].map { (name, $0) } }
    guard kinds.count == 1 else {
      throw value.refusal("an autoencoder is of one kind; use {topk: 8}, {relu: 2} or {jumprelu: 1}")
    }
    let (name, own) = kinds[0]
    let sparsity: Sparsity
    switch name {
    case "topk":
      sparsity = .topK(try own.integer(in: 1...1 << 20, "a number of features", use: "a whole number from 1 up"))
    case "relu": sparsity = .relu(penalty: try own.decimal())
    default: sparsity = .jumpRelu(penalty: try own.decimal(), bandwidth: bandwidth)
    }
    let dead =
      try group["dead_after"]?.integer(
        in: 1...1 << 40, "a number of activations", use: "a whole number from 1 up") ?? deadAfter
    return Choice(sparsity: sparsity, deadAfter: dead, place: ConfigurationPlace(value, of: section))
  }

  /// How one of the autoencoders is trained on activations of a width.
  func plan(_ choice: Choice, width: Int) -> AutoencoderPlan {
    var plan = AutoencoderPlan(
      featureCount: featureCount, width: width, sparsity: choice.sparsity, batch: batch, steps: steps, rate: rate)
    plan.clip = clip
    plan.deadAfter = choice.deadAfter
    plan.reviveEvery = reviveEvery
    plan.shards = shards
    plan.seed = UInt64(seed)
    return plan
  }

  /// Numbers of a matrix at most: of parameters, and of the features of a batch.
  private static let numberLimit = 1 << 31

  /// Throws where an autoencoder of activations of a width, or a step of its training, is beyond computing.
  func checkSizes(width: Int) throws {
    guard featureCount <= Self.numberLimit / max(width, 1) else {
      throw featuresPlace.refusal(
        "\(featureCount) features of a width of \(width) are more than \(Self.numberLimit) numbers; use fewer")
    }
    guard batch <= Self.numberLimit / max(width, featureCount) else {
      throw batchPlace.refusal(
        "\(batch) activations of \(max(width, featureCount)) numbers are more than \(Self.numberLimit); use fewer")
    }
  }

  /// The name of the file of one of the autoencoders.
  func file(of choice: Choice) -> String {
    fileStem + "-" + choice.sparsity.name.replacing(" ", with: "-") + ".safetensors"
  }

  /// How activations of rows are fed; `begin` positions of each are left out.
  func feed(of rows: [StudyRow], width: Int, begin: Int) -> FeedPlan {
    FeedPlan(
      rows: rows, begin: begin, batch: batch,
      buffer: buffer ?? max(batch, FeedPlan.usualBytes / (width * MemoryLayout<Float>.stride)), isShuffled: isShuffled,
      seed: UInt64(seed))
  }
}

extension StudySection {
  /// One case of `Choice`; `usual` where the key is absent.
  func choice<Choice: CaseIterable & RawRepresentable & Hashable>(_ key: String, usual: Choice) throws -> Choice
  where Choice.RawValue == String {
    let chosen = try choices(key, usual: [usual])
    guard chosen.count == 1 else { throw self[key]?.refusal("there are several; use one") ?? missing(key, example: "") }
    return chosen[0]
  }

  /// A finite number of at least 0.
  func number(_ key: String, usual: Double) throws -> Double { try self[key]?.decimal() ?? usual }

  /// The name of a file beside the results with this ending; nil where the key is absent.
  func fileName(_ key: String, ending: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard let name = value.text, name.hasSuffix(ending), !name.isEmpty, name.utf8.count < 200, !name.hasPrefix("."),
      !name.contains("/"), !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw value.mismatch("the name of a file beside the results", use: "a name such as own\(ending)")
    }
    return name
  }
}

extension ConfigurationValue {
  /// A finite number of at least 0.
  func decimal() throws -> Double {
    guard let number = word?.number, number >= 0 else {
      throw mismatch("a number of at least 0", use: "a number such as 0.5")
    }
    return number
  }
}
