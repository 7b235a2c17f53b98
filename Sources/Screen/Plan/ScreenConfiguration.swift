import Basics
import Configuration
import Hosts
import Inputs
import Perturbations
import Transformer

/// What a person asks of a screen: the content of its YAML file, checked, with defaults filled in.
public struct ScreenConfiguration: Sendable {
  /// The file as the person named it; errors repeat it.
  public let path: String
  /// The file itself, for the results file.
  public let bytes: [UInt8]
  /// The model that is screened.
  public let host: HostChoice
  /// nil: the tokenizer is in the model folder.
  public let tokenizerPath: String?
  /// The source of the inputs.
  public let inputs: InputSource
  /// Only so many inputs of each task are screened, the first in the file; nil: all.
  public let inputsPerTask: Int?
  /// Tokens of a continuation, 1…32767; the class of an image is one.
  public private(set) var stepCount: Int
  /// 0: greedy.
  public let temperature: Float
  /// Of the sampling of tokens and mutations, of what is random in kinds, and of the random projection.
  public private(set) var seed: UInt64
  /// The source of the mutations.
  public let choice: MutationChoice
  /// The matrices in canonical order; all are those of the layers.
  public let matrices: [WeightMatrix]
  /// The layers, ascending; nil: all.
  public let layers: [Int]?
  /// The kinds in canonical order.
  public let kinds: [Kind]
  /// The numbers of the kinds that have one.
  public let parameters: KindParameters
  /// nil: all mutations.
  public let sampleCount: Int?
  /// Files of masks whose units are zero in the model and in all mutants.
  public let masks: [String]
  /// The columns that are recorded.
  public let recording: RecordedColumns
  /// The forecast by which mutations are chosen; nil: all are screened.
  public let forecastChoice: ForecastChoice?
  /// How mutants are foretold, where they are.
  public let forecast: ForecastSettings
  /// Whether continuations of mutants are written as texts too.
  public let hasTextStrings: Bool
  /// The lines of the keys that are written out.
  private let lines: [String: Int]

  // The first change of a continuation is an int16 in the results file.
  private static let stepLimit = Int(Int16.max)
  private static let layerLimit = 1 << 16
  private static let fileLimit = 1 << 20

  private static let continuationKeys = ConfigurationGroup("continuation", keys: ["tokens", "temperature", "seed"])
  private static let mutationKeys = ConfigurationGroup(
    "mutations",
    keys: [
      "region", "refine", "edits", "components", "pairs", "list", "which", "matrices", "layers", "kinds", "sample",
      "forecast",
    ])
  private static let recordKeys = ConfigurationGroup(
    "record",
    keys: ["text", "text_strings", "divergence", "perplexity", "direction", "response"]
      + Phenotypes.columns.filter(\.isOnRequest).map(\.name))
  private static let keys = ConfigurationKeys(
    top: [
      "model", "tokenizer", "masks", "inputs", "inputs_per_task", "continuation", "mutations", "record", "forecast",
    ],
    groups: [InputSource.keys, continuationKeys, mutationKeys, recordKeys, ForecastSettings.keys])

  // MARK: Reading

  /// Reads the file at `path`; relative paths in it are relative to its folder.
  ///
  /// Throws a `TextFileError` that names the line when a key is unknown, missing, written twice or has a
  /// value that does not fit, or when the file is not UTF-8, not YAML, larger than 1 MiB or has anchors or aliases.
  ///
  /// A `seed` takes the place of the file's.
  public static func load(path: String, seed: UInt64? = nil) throws -> ScreenConfiguration {
    var configuration = try MisplacedFile.configuration.reading(path) {
      try ScreenConfiguration(
        bytes: try BoundedFile.read(path: path, limit: fileLimit, throwing: TextFileError.self), path: path)
    }
    if let seed { configuration.seed = seed }
    return configuration
  }

  /// Reads `bytes`, the content of the file at `path`, as `load` does but without touching the file.
  public init(bytes: [UInt8], path: String) throws {
    guard bytes.count <= Self.fileLimit else {
      throw TextFileError.input(
        path, "the configuration has \(bytes.count) bytes, and at most \(Self.fileLimit) are read")
    }
    self.path = path
    self.bytes = bytes
    let file = try ConfigurationReader(bytes: bytes, file: path, keys: Self.keys)
    let continuation = try file.subgroup(Self.continuationKeys)
    let record = try file.subgroup(Self.recordKeys)
    host = try HostChoice(try file.required("model", example: "PATH"))
    tokenizerPath = try file["tokenizer"]?.path()
    masks = try file["masks"]?.paths(use: UnitMask.use) ?? []
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

    let mutations = try file.requiredSubgroup(Self.mutationKeys, example: "{region: [64, 64]}")
    choice = try MutationChoice(mutations)
    forecastChoice = try ForecastChoice.read(mutations, choice: choice)
    let edits: EditChoice? = if case .edits(let edits) = choice { edits } else { nil }
    matrices = try edits?.matrices ?? mutations["matrices"].map(Self.matrices) ?? WeightMatrix.ofBlocks
    layers = try mutations["layers"].flatMap(Self.layers)
    if case .components(let components) = choice {
      (kinds, parameters) = (components.kinds, components.parameters)
    } else {
      (kinds, parameters) =
        try mutations["kinds"].map(Self.kinds) ?? (edits?.kinds.sorted() ?? Kind.usual, KindParameters())
    }
    sampleCount = try mutations["sample"].flatMap { try $0.countOrAll("a sample") }
    recording = try Self.recording(record)
    if case .pairs = choice, !recording.divergence, let key = record?["divergence"] {
      throw key.refusal("pairs are compared with single mutations by their divergences; remove this key")
    }
    hasTextStrings = try Self.textStrings(record, besides: recording)
    forecast = try ForecastSettings(try file.subgroup(ForecastSettings.keys), choice: choice)
    lines = [file, continuation, mutations, record].compactMap { $0?.lines }
      .reduce(into: [:]) { all, group in all.merge(group) { first, _ in first } }
  }

  /// The same for a model of this shape: a classifier of images chooses a class, once. Throws where keys say something
  /// of texts that such a model has not.
  public func fitted(to shape: HostShape) throws -> ScreenConfiguration {
    guard shape.classNames != nil else { return self }
    for key in ["continuation.tokens", "continuation.temperature"] where lines[key] != nil {
      throw refusal(key, "the model classifies images, and continues no text; remove this key")
    }
    if tokenizerPath != nil {
      throw refusal("tokenizer", "the model classifies images, and reads no text; remove this key")
    }
    if case .mmlu = inputs {
      throw refusal(
        "inputs.mmlu",
        "the model classifies images, and answers no questions; name a safetensors file with pixel_values and labels, "
          + "or a folder of PNG files")
    }
    if forecastChoice != nil {
      throw refusal(
        "mutations.forecast", "mutants of a model that classifies images are not chosen so; remove this key")
    }
    var configuration = self
    configuration.stepCount = 1
    return configuration
  }

  /// The model's folder or file.
  public var modelPath: String { host.path }

  /// The error that a key's value does not fit.
  func refusal(_ key: String, _ problem: String) -> TextFileError {
    .input(path, line: lines[key] ?? 1, "\(key): \(problem)")
  }

  // MARK: Values with rules of their own

  private static func matrices(_ value: ConfigurationValue) throws -> [WeightMatrix] {
    if value.text == "all" { return WeightMatrix.ofBlocks }
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

  /// Kinds, each at most once, in canonical order, and their numbers.
  static func kinds(_ value: ConfigurationValue) throws -> ([Kind], KindParameters) {
    var kinds: Set<Kind> = []
    var parameters = KindParameters()
    for element in try value.list(use: "a list such as [maximum, zero, scale: 2]") {
      guard let text = element.kindText else {
        throw element.mismatch("a kind", use: "a word such as zero, or scale: 2")
      }
      do {
        let spelling = try KindSpelling(text)
        guard kinds.insert(spelling.kind).inserted else {
          throw element.refusal("'\(spelling.kind.rawValue)' occurs twice; keep one")
        }
        if let parameter = spelling.parameter { parameters[spelling.kind] = parameter }
      } catch let problem as KindSpelling.Problem {
        throw element.refusal(problem.sentence)
      }
    }
    return (kinds.sorted(), parameters)
  }

  private static func recording(_ record: ConfigurationReader?) throws -> RecordedColumns {
    let direction = try record?["direction"].map(direction) ?? .full
    let response = try record?["response"]?.flag()
    if response == true, direction == .none, let key = record?["response"] {
      throw key.refusal(
        "a response is recorded beside a direction, and record.direction is false; remove one of the two")
    }
    var recording = RecordedColumns(
      text: try record?["text"].map(recordsText) ?? true, divergence: try record?["divergence"]?.flag() ?? true,
      perplexity: try record?["perplexity"]?.flag(), direction: direction, response: response)
    for column in Phenotypes.columns where column.isOnRequest {
      if try record?[column.name]?.flag() == true { recording.requested.insert(column.name) }
    }
    return recording
  }

  private static func textStrings(_ record: ConfigurationReader?, besides recording: RecordedColumns) throws -> Bool {
    guard let key = record?["text_strings"], try key.flag() else { return false }
    guard recording.text else {
      throw key.refusal("these are the texts of continuations, and record.text is none; remove one of the two")
    }
    return true
  }

  private static func recordsText(_ value: ConfigurationValue) throws -> Bool {
    switch value.text {
    case "none": return false
    case "changed": return true
    default: throw value.mismatch("what can be recorded of a text", use: "none or changed")
    }
  }

  private static func direction(_ value: ConfigurationValue) throws -> RecordedColumns.Direction {
    switch value.word {
    case "true": return .full
    case "false": return .none
    default:
      let use = "true, false or a whole number of at least 1"
      return .projected(try value.integer(in: 1...Int.max, "a direction", use: use))
    }
  }
}

extension ConfigurationValue {
  /// The spelling of a kind: a word, or a key with its number.
  fileprivate var kindText: String? {
    guard isGroup else { return text }
    return pair.flatMap { pair in pair.value.word.map { "\(pair.key):\($0)" } }
  }
}
