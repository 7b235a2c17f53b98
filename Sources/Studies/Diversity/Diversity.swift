import Archive
import Basics
import Configuration
import Drawing
import LinearAlgebra
import Perturbations
import Transformer

/// The study of how varied what a model says is, of its next token, its texts and the states that it falls back to, and
/// how that differs in another host (Mohammadi 2024, arXiv 2406.05587).
public struct Diversity: Study {
  public static let name = "diversity"
  public static let question =
    "How varied is what the model says, token by token and text by text, and where does it fall back to?"
  public static let source = "Mohammadi 2024, arXiv 2406.05587"
  public static let reasonForTexts: String? =
    "it says nothing behind a prompt whose variety could be measured"
  public static let keys = [
    StudyKey("texts", required: "[NAME]", "texts behind each position of which the next token's entropy is taken"),
    StudyKey("prompts", required: "[\"Once upon a time\"]", "texts to be continued, or a file of JSON Lines"),
    StudyKey("samples", usual: "64", "continuations of each prompt"),
    StudyKey("steps", usual: "40", "tokens of a continuation"),
    StudyKey("temperature", usual: "1", "temperature of sampling, above 0"),
    StudyKey("seed", usual: "0", "seed of all that is drawn"),
    StudyKey("layer", usual: "middle", "the layer behind which states are taken, or the middle one"),
    StudyKey("k", usual: "4", "clusters of the samples of a prompt"),
    StudyKey("draws", usual: "99", "draws of each null of the clusters"),
    StudyKey("positions", usual: "[4, 12, 24]", "steps at which a sample's token is replaced"),
    StudyKey("rank", usual: "2", "by which choice: 2 is the model's second one"),
    StudyKey("repeats", usual: "4", "how often each replaced text is continued anew"),
    StudyKey("disturbed", usual: "16", "how many samples of each prompt are disturbed so; 0 for none"),
    StudyKey(
      "against", usual: "none",
      "another host: a mutation {layer, matrix, row, column, rows, columns, kind}, a list of them, a mask's file, or "
        + "{model: PATH}"),
  ]

  let texts: [String]
  let prompts: PromptSource
  let samples: Int
  let steps: Int
  let sampling: PortableSampling
  let seed: Int
  private let layer: Int?
  let k: Int
  let draws: Int
  let positions: [Int]
  let rank: Int
  let repeats: Int
  let disturbed: Int
  let other: OtherHost?
  private let layerPlace: ConfigurationPlace
  private let rankPlace: ConfigurationPlace

  /// Reads the section.
  public init(_ section: StudySection) throws {
    texts = try section.texts("texts")
    prompts = try PromptSource(section, "prompts")
    samples = try section.integer("samples", in: 2...1 << 16, usual: 64)
    steps = try section.integer("steps", in: 1...1 << 16, usual: 40)
    sampling = PortableSampling(temperature: try Self.temperature(section))
    seed = try section.integer("seed", in: 0...Int.max, usual: 0)
    layer = section["layer"]?.text == "middle" ? nil : try section["layer"].map(Self.layer)
    k = try section.integer("k", in: 1...1 << 16, usual: min(4, samples))
    draws = try section.integer("draws", in: 1...1 << 20, usual: 99)
    positions = try section.integers("positions", in: 0...1 << 16, usual: [4, 12, 24].filter { [steps] in $0 < steps })
    rank = try section.integer("rank", in: 1...1 << 24, usual: 2)
    repeats = try section.integer("repeats", in: 1...1 << 16, usual: 4)
    disturbed = try section.integer("disturbed", in: 0...1 << 16, usual: min(16, samples))
    other = section["against"]?.word == "none" ? nil : try OtherHost(section, "against", seed: seed)
    layerPlace = ConfigurationPlace("layer", of: section)
    rankPlace = ConfigurationPlace("rank", of: section)
    try check(section)
  }

  private static func temperature(_ section: StudySection) throws -> Double {
    guard let value = section["temperature"] else { return 1 }
    guard let number = value.word?.number, number > 0.001, number < 1000 else {
      throw value.mismatch("a temperature", use: "a number from 0.01 up, such as 0.8; 1 leaves the model as it is")
    }
    return number
  }

  private static func layer(_ value: ConfigurationValue) throws -> Int {
    try value.integer(in: 0...1 << 16, "a layer", use: "middle or the number of a layer, counted from 0")
  }

  /// What numbers have to do with each other.
  private func check(_ section: StudySection) throws {
    func refuse(_ key: String, _ problem: String) throws -> Never {
      throw ConfigurationPlace(key, of: section).refusal(problem)
    }
    if k > samples { try refuse("k", "\(samples) samples cannot fall into \(k) clusters; use at most \(samples)") }
    if let far = positions.last, far >= steps {
      try refuse(
        "positions", "a continuation has \(steps) steps, and none is at position \(far); use at most \(steps - 1)")
    }
    if disturbed > samples {
      try refuse("disturbed", "there are \(samples) samples and not \(disturbed); use at most \(samples)")
    }
  }

  /// The file of the prompts, if they are in one.
  public var files: [String] { prompts.files }

  /// The host that the model is compared with, if there is one.
  public var others: [OtherHost] { other.map { [$0] } ?? [] }

  /// The layer behind which states are taken.
  func layer(_ shape: HostShape) -> Int { layer ?? shape.layerCount / 2 }

  /// Whether samples are disturbed.
  var disturbs: Bool { disturbed > 0 && !positions.isEmpty }

  // MARK: Cost

  /// One pass over the texts and one over all samples for each host; one over the samples for their states, and those
  /// that are disturbed twice; and the draws of all nulls. Kept are two numbers for each position of the texts, and the
  /// states of all samples.
  public func cost(_ outline: StudyOutline) throws -> StudyCost {
    let shape = outline.shape
    let layer = layer(shape)
    guard layer < shape.layerCount else {
      throw layerPlace.refusal("the model has no layer \(layer); use layers from 0 to \(shape.layerCount - 1)")
    }
    guard rank < shape.vocabularyCount else {
      throw rankPlace.refusal(
        "the model chooses among \(shape.vocabularyCount) tokens and has no choice \(rank + 1); use a smaller rank")
    }
    let rows = try prompts.rows(outline.tokenizer, shape, room: steps)
    let window = outline.texts[texts].rows.map(\.count).max() ?? 1
    try other?.check(shape, outline.tokenizer, positions: max(window, (rows.map(\.count).max() ?? 1) + steps))
    let hosts = Double(1 + others.count)
    // Whole numbers of a bold configuration would not fit 64 bits.
    let tokens = Double(rows.reduce(0) { $0 + $1.count + steps })
    let (spoken, whole) = (Double(rows.count) * Double(samples) * Double(steps), tokens * Double(samples))
    let read = Double(outline.texts[texts].rows.reduce(0) { $0 + $1.count })
    let disturbances = disturbs ? Double(disturbed) * Double(repeats) * Double(positions.count) : 0
    let again = tokens * disturbances
    let clustering =
      Double(samples) * Double(10 * 15 * k + samples) * Double(shape.hiddenSize) * Double(rows.count)
    let token = StudyCost.pass(shape, tokens: 1, readout: true)
    return StudyCost(
      operations: hosts * (outline.pass(texts, readout: true) + spoken * token) + (whole + 2 * again) * token
        + 2 * Double(draws) * clustering
        + Double(others.count * SpeechComparison.draws) * spoken * SpeechComparison.tokenOperations,
      outputBytes: hosts * 16 * (read + spoken),
      keptBytes: hosts * 16 * read + 8 * Double(shape.hiddenSize) * Double(rows.count)
        * (2 * Double(samples) + disturbances))
  }

  // MARK: Finding

  /// Lets both hosts speak, and looks at what the first one says.
  public func findings(on ground: StudyGround) throws -> StudyFindings {
    let rows = try prompts.rows(ground.tokenizer, ground.shape, room: steps)
    let opened = try other?.open(on: ground)
    var speeches = [try Speech(of: self, "original", rows, on: ground, under: nil)]
    if let other, let opened {
      speeches.append(try Speech(of: self, other.name, rows, on: opened.ground, under: opened.edit))
    }
    let falls = try SampleFalls(of: self, rows, speeches[0].samples, on: ground)
    let attractors = disturbs ? try Attractors(of: self, rows, speeches[0].samples, falls, on: ground) : nil
    let comparison = speeches.count > 1 ? try SpeechComparison(speeches[0], speeches[1], seed: seed, on: ground) : nil
    let found = DiversityFindings(
      study: self, prompts: rows, speeches: speeches, falls: falls, attractors: attractors, comparison: comparison)
    return StudyFindings(found.group(ground))
  }
}
