import Basics
import Transformer
import Weights

/// What a model folder says of its model: `config.json` and, where it is there, `generation_config.json`.
struct HostDocument {
  /// What `config.json` says of the language model: all of it, or a group in it.
  let root: ConfigurationObject
  /// All of `config.json`.
  private let whole: ConfigurationObject
  /// Where it is there, its end tokens count, and not those of `config.json`.
  private let generation: ConfigurationObject?
  let family: any Family.Type
  /// The folder, for refusals.
  let folder: String

  /// Reads the two files of a folder; refuses models that are quantised or of another architecture.
  init(folder: String) throws {
    guard let whole = try ConfigurationObject.read("config.json", folder: folder) else {
      throw HostsError(
        "cannot read \(folder)/config.json: there is no such file; "
          + "\(try FolderContents(path: folder).lackOfConfiguration)"
      )
    }
    self.whole = whole
    self.folder = folder
    if let sentence = Quantization(whole)?.sentence { throw whole.refusal(sentence) }
    family = try Families.family(of: whole)
    root = try family.languageModel(in: whole)
    if let sentence = Quantization(root)?.sentence { throw root.refusal(sentence) }
    generation = try ConfigurationObject.read("generation_config.json", folder: folder)
  }

  /// Takes what the file at `path` says, in the words of config.json.
  init(_ configuration: ConfigurationObject, of path: String) throws {
    whole = configuration
    root = configuration
    folder = path
    family = try Families.family(of: configuration)
    generation = nil
  }

  /// The shape of the model; refuses keys that would change results and that the family does not honour.
  func shape() throws -> HostShape {
    let shape = try family.shape(self)
    try ForeignKeys.check(root, headSize: shape.attention?.headSize ?? 1)
    return shape
  }

  /// The same folder, where a group says what the model is.
  func described(by group: ConfigurationObject) -> HostDocument {
    HostDocument(root: group, whole: whole, generation: generation, family: family, folder: folder)
  }

  private init(
    root: ConfigurationObject, whole: ConfigurationObject, generation: ConfigurationObject?,
    family: any Family.Type, folder: String
  ) {
    self.root = root
    self.whole = whole
    self.generation = generation
    self.family = family
    self.folder = folder
  }

  // MARK: Values

  /// What `preprocessor_config.json` says; nil where there is none.
  func preprocessor() throws -> ConfigurationObject? {
    try ConfigurationObject.read("preprocessor_config.json", folder: folder)
  }

  /// A value that may stand beside the language model's group or in it.
  func flag(_ key: String) throws -> Bool? { try whole.flag(key) ?? root.flag(key) }

  /// The tokens after one of which a continuation ends; `usual` where no file says anything.
  func endTokens(usual: Int32?) throws -> [Int32] {
    if let tokens = try generation?.tokens("eos_token_id") { return tokens }
    for object in [whole, root] where object.has("eos_token_id") { return try object.tokens("eos_token_id") ?? [] }
    return usual.map { [$0] } ?? []
  }

  /// The token in front of every text; `usual` where the files do not say.
  func beginToken(usual: Int32?) throws -> Int32? {
    for object in [whole, root] where object.has("bos_token_id") { return try object.tokens("bos_token_id")?.first }
    return usual
  }

  /// The function of the feed-forward layer by one of transformers' names for it.
  func activation(_ key: String, usual: Activation.Function) throws -> Activation.Function {
    guard let name = try root.text(key) else { return usual }
    guard let function = Activation.Function(transformersName: name) else {
      throw root.refusal(
        "\(key) is \(name.quoted); only \(Activation.Function.transformersNames.joined(separator: ", ")) are "
          + "supported, so take another model")
    }
    return function
  }
}
