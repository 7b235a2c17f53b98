import Weights

/// What a model folder says of its model: `config.json` and, where it is there, `generation_config.json`.
struct HostDocument {
  let root: ConfigurationObject
  /// Where it is there, its end tokens count, and not those of `config.json`.
  let generation: ConfigurationObject?
  let family: any Family.Type
  /// The folder, for refusals.
  let folder: String

  /// Reads the two files of a folder; refuses models that are quantised or of another architecture.
  init(folder: String) throws {
    guard let root = try ConfigurationObject.read("config.json", folder: folder) else {
      throw HostsError(
        "cannot read \(folder)/config.json: there is no such file; "
          + "\(try FolderContents(path: folder).lackOfConfiguration)"
      )
    }
    if let sentence = Quantization(root)?.sentence { throw root.refusal(sentence) }
    self.root = root
    self.folder = folder
    family = try Families.family(of: root)
    generation = try ConfigurationObject.read("generation_config.json", folder: folder)
  }

  /// The tokens after one of which a continuation ends; `usual` where neither file says anything.
  func endTokens(usual: Int32?) throws -> [Int32] {
    if let tokens = try generation?.tokens("eos_token_id") { return tokens }
    if root.has("eos_token_id") { return try root.tokens("eos_token_id") ?? [] }
    return usual.map { [$0] } ?? []
  }

  /// The token in front of every text; `usual` where the file does not say.
  func beginToken(usual: Int32?) throws -> Int32? {
    root.has("bos_token_id") ? try root.tokens("bos_token_id")?.first : usual
  }

  /// Refuses activations other than silu, which transformers has under two names.
  func checkActivation(_ key: String) throws {
    let supported = ["silu", "swish"]
    for key in [key, "hidden_activation"] {
      if let activation = try root.text(key), !supported.contains(activation) {
        throw root.refusal(
          "\(key) is '\(activation)'; only silu, which is also named swish, is supported, so take another model")
      }
    }
  }
}
