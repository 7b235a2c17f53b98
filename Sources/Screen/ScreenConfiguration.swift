import Mutagenesis
import Transformer

/// What a person asks of a screen: the content of its YAML file, checked, with defaults filled in.
public struct ScreenConfiguration: Sendable {
  /// The file as the person named it; errors repeat it.
  public let path: String
  /// The file itself, for the results file.
  public let bytes: [UInt8]
  public let modelPath: String
  /// nil: the tokenizer is in the model folder.
  public let tokenizerPath: String?
  public let inputs: InputSource
  /// Only so many inputs of each task are screened, the first in the file; nil: all.
  public let inputsPerTask: Int?
  /// Tokens of a continuation, 1…32767.
  public let stepCount: Int
  /// 0: greedy.
  public let temperature: Float
  /// Of the sampling of tokens and mutations and of the random projection.
  public private(set) var seed: UInt64
  public let regionRows: Int
  public let regionColumns: Int
  /// In canonical order.
  public let matrices: [WeightMatrix]
  /// Ascending; nil: all.
  public let layers: [Int]?
  /// In canonical order.
  public let kinds: [Kind]
  /// nil: all mutations.
  public let sampleCount: Int?
  public let recording: Recording
  /// The lines of the keys that are written out.
  private let lines: [String: Int]

  // The first change of a continuation is an int16 in the results file.
  private static let stepLimit = Int(Int16.max)
  // Larger than any matrix that a model configuration allows.
  private static let regionLimit = 1 << 24
  private static let layerLimit = 1 << 16
  private static let fileLimit = 1 << 20
  private static let mutationLimit = 1 << 30

  // MARK: Reading

  /// Reads the file at `path`; relative paths in it are relative to its folder.
  ///
  /// Throws a `ScreenError` that names the line when a key is unknown, missing, written twice or has a
  /// value that does not fit, or when the file is not UTF-8, not YAML, larger than 1 MiB or has anchors or aliases.
  ///
  /// A `seed` takes the place of the file's.
  public static func load(path: String, seed: UInt64? = nil) throws -> ScreenConfiguration {
    var configuration = try ScreenConfiguration(bytes: try BoundedFile.read(path: path, limit: fileLimit), path: path)
    if let seed { configuration.seed = seed }
    return configuration
  }

  /// Reads `bytes`, the content of the file at `path`, as `load` does but without touching the file.
  public init(bytes: [UInt8], path: String) throws {
    guard bytes.count <= Self.fileLimit else {
      throw ScreenError.input(
        path, "the configuration has \(bytes.count) bytes, and at most \(Self.fileLimit) are read")
    }
    self.path = path
    self.bytes = bytes
    let file = try ConfigurationReader(bytes: bytes, file: path)
    let continuation = try file.subgroup(.continuation)
    let record = try file.subgroup(.record)
    modelPath = try file.required("model", example: "PATH").path()
    tokenizerPath = try file["tokenizer"]?.path()
    inputs = try InputSource(file)
    inputsPerTask = try file["inputs_per_task"].flatMap { try $0.countOrAll("a number of inputs") }
    if case .mmlu = inputs, inputsPerTask != nil, let key = file["inputs_per_task"] {
      throw key.refusal(
        "this is for files of inputs; remove it and say with inputs.right and inputs.wrong how many there are")
    }

    stepCount =
      try continuation?["tokens"]?.integer(
        in: 1...Self.stepLimit, "a number of tokens", use: "a whole number from 1 to \(Self.stepLimit)") ?? 32
    temperature = try continuation?["temperature"]?.nonnegative("a temperature") ?? 0
    seed =
      try continuation?["seed"]?.integer(
        in: 0...UInt64.max, "a seed", use: "a whole number from 0 to \(UInt64.max)") ?? 0

    let mutations = try file.requiredSubgroup(.mutations, example: "{region: [64, 64]}")
    (regionRows, regionColumns) = try Self.region(try mutations.required("region", example: "[64, 64]"))
    matrices = try mutations["matrices"].map(Self.matrices) ?? WeightMatrix.allCases
    layers = try mutations["layers"].flatMap(Self.layers)
    kinds = try mutations["kinds"]?.choices("a kind", use: "a list such as [maximum, zero]") ?? Kind.allCases
    sampleCount = try mutations["sample"].flatMap { try $0.countOrAll("a sample") }
    recording = Recording(
      text: try record?["text"].map(Self.recordsText) ?? true,
      divergence: try record?["divergence"]?.flag() ?? true, perplexity: try record?["perplexity"]?.flag(),
      direction: try record?["direction"].map(Self.direction) ?? .full)
    lines = [file, continuation, mutations, record].compactMap { $0?.lines }
      .reduce(into: [:]) { all, group in all.merge(group) { first, _ in first } }
  }

  // MARK: Planning

  /// The mutations that this configuration asks for in a model of this shape, divided into units.
  ///
  /// Throws a `ScreenError` that names the line when a layer does not exist in the model, the sample is larger than the
  /// space, a direction has more components than the model's hidden size, or there are more than 2³⁰ mutations.
  public func plan(for model: LlamaConfiguration) throws -> UnitPlan {
    let layers = self.layers ?? Array(0..<model.layerCount)
    if let missing = layers.first(where: { $0 >= model.layerCount }) {
      let last = model.layerCount - 1
      throw refusal("mutations.layers", "the model has no layer \(missing); use layers from 0 to \(last)")
    }
    if case .projected(let count) = recording.direction, count > model.hiddenSize {
      throw refusal(
        "record.direction",
        "\(count) components are more than the model's hidden size; use true or a number up to \(model.hiddenSize)")
    }
    let space = MutationSpace(
      configuration: model, regionRows: regionRows, regionColumns: regionColumns, layers: layers, matrices: matrices,
      kinds: kinds)
    let (count, isTooLarge) = space.mutationsPerLayer.multipliedReportingOverflow(by: layers.count)
    guard !isTooLarge, (sampleCount ?? count) <= Self.mutationLimit else {
      throw refusal(
        sampleCount == nil ? "mutations.region" : "mutations.sample",
        "this asks for more than \(Self.mutationLimit) mutations; use larger regions, fewer layers or a smaller sample")
    }
    if let sampleCount, sampleCount > count {
      throw refusal(
        "mutations.sample",
        "a sample of \(sampleCount) is larger than all \(count) mutations; use all or a smaller number")
    }
    return UnitPlan(space: space, sampleCount: sampleCount, seed: seed)
  }

  private func refusal(_ key: String, _ problem: String) -> ScreenError {
    .input(path, line: lines[key] ?? 1, "\(key): \(problem)")
  }

  // MARK: Values with rules of their own

  private static func region(_ value: ConfigurationValue) throws -> (rows: Int, columns: Int) {
    let use = "two whole numbers from 1 to \(regionLimit), rows and columns, such as [64, 64]"
    let sizes = try value.list(use: use).map { try $0.integer(in: 1...regionLimit, "the size of a region", use: use) }
    guard sizes.count == 2 else { throw value.refusal("a list of \(sizes.count) is not a region; use \(use)") }
    return (sizes[0], sizes[1])
  }

  private static func matrices(_ value: ConfigurationValue) throws -> [WeightMatrix] {
    if value.text == "all" { return WeightMatrix.allCases }
    return try value.choices("a matrix", use: "all or a list such as [q, down]")
  }

  private static func layers(_ value: ConfigurationValue) throws -> [Int]? {
    if value.text == "all" { return nil }
    let numbers = try value.list(use: "all or a list such as [0, 1]").map { element in
      (try element.integer(in: 0...layerLimit, "a layer", use: "whole numbers of at least 0"), element)
    }
    var seen: Set<Int> = []
    for (number, element) in numbers where !seen.insert(number).inserted {
      throw element.refusal("layer \(number) occurs twice; keep one")
    }
    return seen.sorted()
  }

  private static func recordsText(_ value: ConfigurationValue) throws -> Bool {
    switch value.text {
    case "none": return false
    case "changed": return true
    default: throw value.mismatch("what can be recorded of a text", use: "none or changed")
    }
  }

  private static func direction(_ value: ConfigurationValue) throws -> Recording.Direction {
    switch value.word {
    case "true": return .full
    case "false": return .none
    default:
      let use = "true, false or a whole number of at least 1"
      return .projected(try value.integer(in: 1...Int.max, "a direction", use: use))
    }
  }
}
