import Basics
import Configuration
import Hosts
import Perturbations
import Tokenizers
import Transformer
import Weights

/// Another host that a study compares the model with: the model itself with mutations or with a mask, or another model
/// of the same vocabulary.
public struct OtherHost: Sendable {
  private enum Content {
    /// Mutations, each with its place, the numbers of their kinds, and the seed of those that are random.
    case mutations([(mutation: Mutation, place: ConfigurationPlace)], KindParameters, seed: UInt64)
    case mask(String)
    case model(HostChoice)
  }

  private let content: Content
  private let place: ConfigurationPlace

  private static let use =
    "a mutation {layer: …, matrix: …, row: …, column: …, rows: …, columns: …, kind: …}, a list of them, the file of a "
    + "mask, or {model: PATH}"
  private static let keys = ["layer", "matrix", "row", "column", "rows", "columns", "kind"]

  /// Reads a key; nil where it is absent. `seed` is that of random kinds of mutations.
  public init?(_ section: StudySection, _ key: String, seed: Int) throws {
    guard let value = section[key] else { return nil }
    place = ConfigurationPlace(value, of: section)
    if value.isGroup, try value.members(use: Self.use).contains(where: { $0.key == "model" }) {
      content = .model(try HostChoice(try value.group(keys: ["model"]).required("model", example: "PATH")))
    } else if value.isGroup || value.isList {
      var parameters = KindParameters()
      let elements = value.isList ? try value.list(use: Self.use) : [value]
      let mutations = try elements.map { element in
        (try Self.mutation(element, &parameters), ConfigurationPlace(element, of: section))
      }
      content = .mutations(mutations, parameters, seed: UInt64(seed))
    } else {
      content = .mask(try value.path())
    }
  }

  // MARK: Reading

  private static func mutation(
    _ value: ConfigurationValue, _ parameters: inout KindParameters
  ) throws -> Mutation {
    let group = try value.group(keys: keys)
    func number(_ key: String, from least: Int) throws -> Int {
      try group.required(key, example: "\(least)").integer(
        in: least...1 << 24, "a number for this", use: "a whole number from \(least) up")
    }
    let matrix = try group.required("matrix", example: "down")
    guard let name = matrix.text.flatMap(WeightMatrix.init(rawValue:)), !name.isOuter else {
      throw matrix.mismatch("a matrix", use: "one of " + WeightMatrix.ofBlocks.map(\.rawValue).joined(separator: ", "))
    }
    let (row, column) = (try number("row", from: 0), try number("column", from: 0))
    let region = Region(
      layer: try number("layer", from: 0), matrix: name, rows: row..<row + (try number("rows", from: 1)),
      columns: column..<column + (try number("columns", from: 1)))
    return Mutation(region: region, kind: try kind(try group.required("kind", example: "zero"), &parameters))
  }

  /// A kind, with its number if it has one: `zero`, or `{scale: 2}`.
  private static func kind(_ value: ConfigurationValue, _ parameters: inout KindParameters) throws -> Kind {
    let plain = Kind.ofWeights.filter { !$0.hasParameter }.map(\.rawValue).joined(separator: ", ")
    guard let kind = Kind(rawValue: value.pair?.key ?? value.text ?? ""), kind.hasParameter == (value.pair != nil)
    else { throw value.mismatch("a kind", use: "\(plain), or one with a number such as {scale: 2}") }
    guard let parameter = kind.parameter else { return kind }
    guard let number = value.pair?.value.word?.number.map({ Float($0) }), parameter.allows(number) else {
      throw value.refusal("this is no number for \(kind.rawValue); \(parameter.advice)")
    }
    if let known = parameters[kind], known != number {
      throw value.refusal("\(kind.rawValue) has another number here than before; use one number for a kind")
    }
    parameters[kind] = number
    return kind
  }

  // MARK: Checks

  /// Throws where the model has not what is changed, or where the other model has another vocabulary or a shorter
  /// context than `positions`.
  public func check(_ shape: HostShape, _ tokenizer: (any Tokenizer)?, positions: Int) throws {
    switch content {
    case .mutations(let mutations, _, _):
      for (mutation, place) in mutations {
        if let problem = shape.problem(of: mutation.region) { throw place.refusal(problem) }
      }
    case .mask(let path): _ = try UnitMask.load(path: path, shape: shape)
    case .model(let choice):
      let other = try choice.shape()
      try other.checkReadsTexts(choice.path, "studies read texts")
      guard other.vocabularyCount == shape.vocabularyCount, other.beginToken == shape.beginToken,
        Self.agree(tokenizer, choice.path)
      else {
        throw place.refusal(
          "\(choice) has another vocabulary, so that tokens mean other things to it; name a model with the tokenizer "
            + "of this one")
      }
      guard positions <= other.studyContext else {
        throw place.refusal(
          "\(positions) positions do not fit the context of \(choice), which has \(other.studyContext); set window "
            + "and steps lower")
      }
    }
  }

  /// Whether every token is spelt alike by a tokenizer and that of another model, as far as both can be read.
  private static func agree(_ tokenizer: (any Tokenizer)?, _ path: String) -> Bool {
    guard let tokenizer, tokenizer.vocabularyCount > 0,
      let other = try? TokenizerFile.load(ofModel: path, remedy: "")
    else { return true }
    return (0..<Int32(tokenizer.vocabularyCount)).allSatisfy { tokenizer.token($0) == other.token($0) }
  }

  /// What the hash of a plan takes in besides the configuration. Throws where a mask is of another model than the one
  /// with the hash `modelSHA256`.
  func fingerprint(_ shape: HostShape, modelSHA256: String) throws -> String {
    switch content {
    case .mutations: return ""
    case .mask(let path):
      let mask = try UnitMask.load(path: path, shape: shape)
      try mask.check(modelSHA256: modelSHA256, path: path)
      return SHA256.hexadecimal(of: mask.json)
    case .model(let choice):
      return try Checkpoint(path: choice.path).sha256() + " " + choice.fingerprint
    }
  }

  // MARK: Opening

  /// One word or name for what it is.
  public var name: String {
    switch content {
    case .mutations(let mutations, _, _): mutations.count == 1 ? "mutant" : "\(mutations.count) mutations"
    case .mask: "masked"
    case .model(let choice): choice.name
    }
  }

  /// The ground to run it on, and its edit of every pass there; nil: none.
  func open(on ground: StudyGround) throws -> (ground: StudyGround, edit: (any Hook)?) {
    switch content {
    case .mutations(let mutations, let parameters, let seed):
      let edit = try RegionEdit(mutations.map(\.mutation), parameters: parameters, seed: seed, pass: ground.pass)
      return (ground, edit)
    case .mask(let path): return (ground, try UnitMask.load(path: path, shape: ground.shape).edit)
    case .model(let choice): return (ground.with(try choice.load()), nil)
    }
  }
}
