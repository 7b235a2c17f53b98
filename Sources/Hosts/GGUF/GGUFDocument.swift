import StrictJSON
import Transformer
import Weights

/// What the metadata of a GGUF file says of its model, in the words of `config.json`, so that a family reads both
/// alike.
struct GGUFDocument {
  private let file: GGUFFile
  let architecture: GGUFArchitecture
  private let metadata: GGUFMetadata
  /// Components of a head.
  private let headSize: Int
  private var members: [JSONMember] = []

  /// Reads the metadata; refuses architectures that are not read, and what would be computed otherwise.
  init(_ file: GGUFFile) throws {
    self.file = file
    metadata = file.metadata
    architecture = try GGUFDocument.architecture(file.metadata)
    headSize = try GGUFDocument.headSize(file.metadata, architecture)
    try refuseForeign()
    set("model_type", .text(ByteString(architecture.modelType)))
    set("vocab_size", .integer(try file.tensor(named: "token_embd.weight").rows))
    set("tie_word_embeddings", .flag(!file.contains("output.weight")))
    set("head_dim", .integer(headSize))
    if let activation = architecture.activation { set(activation.key, .text(ByteString(activation.name))) }
    for (key, name) in architecture.numbers.sorted(by: { $0.key < $1.key }) { try copy(key, as: name) }
    try readBiases()
    try readTokens()
    if architecture.isRotary { try readRotary() }
    try readPeculiarities()
  }

  /// The keys as a configuration, whose refusals name the file.
  var configuration: ConfigurationObject {
    ConfigurationObject(members: members, of: file.path, called: "its metadata, in the words of config.json")
  }

  // MARK: What is read

  private static func architecture(_ metadata: GGUFMetadata) throws -> GGUFArchitecture {
    let names = GGUFArchitecture.all.map(\.name).joined(separator: ", ")
    guard let name = try metadata.text("general.architecture") else {
      throw HostsError(
        "cannot use the model \(metadata.path): its metadata has no general.architecture; take a file of a model of "
          + "\(names)")
    }
    guard let architecture = GGUFArchitecture(named: name) else {
      throw HostsError(
        "cannot use the model \(metadata.path): its architecture is \(name.quotedName), and read are \(names); take a "
          + "model of these, or its folder in Hugging Face layout")
    }
    return architecture
  }

  private static func headSize(_ metadata: GGUFMetadata, _ architecture: GGUFArchitecture) throws -> Int {
    func required(_ key: String) throws -> Int {
      let key = architecture.name + "." + key
      guard let value = try metadata.integer(key) else {
        throw HostsError(
          "cannot use the model \(metadata.path): the key \(key) is missing in its metadata; get the file again, whole")
      }
      guard (1...1 << 24).contains(value) else {
        throw metadata.refusal(key, "is \(value), which is not in 1…\(1 << 24)", "get the file again")
      }
      return value
    }
    let (width, heads) = (try required("embedding_length"), try required("attention.head_count"))
    let usual = max(1, width / heads)
    let key = try metadata.integer(architecture.name + ".attention.key_length") ?? usual
    let value = try metadata.integer(architecture.name + ".attention.value_length") ?? usual
    guard key == value else {
      throw HostsError(
        "cannot use the model \(metadata.path): heads of keys have \(key) components and of values \(value) "
          + "(attention.key_length, attention.value_length), which must be as many; take another model")
    }
    return key
  }

  /// Keys, behind the architecture's name, by which models differ from what is computed; with what they mean.
  private static let foreign = [
    "expert_count": "a mixture of experts", "logit_scale": "a factor of logits",
    "embedding_scale": "a factor of embeddings", "residual_scale": "a factor of what is added",
    "attention.scale": "a factor of scores", "attention.clamp_kqv": "a bound of queries, keys and values",
    "attention.temperature_scale": "a temperature of scores", "attention.q_lora_rank": "queries of low rank",
    "attention.kv_lora_rank": "keys and values of low rank",
    "attention.temperature_length": "a temperature of scores", "attention.chunk_size": "attention in chunks",
    "leading_dense_block_count": "a mixture of experts", "ssm.state_size": "a state-space layer",
  ]

  private func refuseForeign() throws {
    for (key, meaning) in GGUFDocument.foreign.sorted(by: { $0.key < $1.key }) {
      guard let value = try number(key), value != 0, value != 1 || key == "expert_count" else { continue }
      throw metadata.refusal(
        architecture.name + "." + key, "says that it has \(meaning), which is not supported", "take another model")
    }
  }

  // MARK: Keys

  private mutating func set(_ name: String, _ value: JSONValue) {
    members.append(JSONMember(name: ByteString(name), value: value))
  }

  private func number(_ key: String) throws -> Double? { try metadata.number(architecture.name + "." + key) }

  /// The value of a key as JSON; nil where it is absent.
  private func json(_ key: String) throws -> JSONValue? {
    guard let value = try number(key) else { return nil }
    // A float32 of the file, such as 1e-6, is the decimal that is nearest to it and shortest.
    return Int(exactly: value).map { .integer($0) } ?? .decimal(Double("\(Float(value))") ?? value)
  }

  private mutating func copy(_ key: String, as name: String) throws {
    if let value = try json(key) { set(name, value) }
  }

  private mutating func readBiases() throws {
    set("attention_bias", .flag(file.contains("blk.0.attn_q.bias") || file.contains("blk.0.attn_qkv.bias")))
    set("mlp_bias", .flag(file.contains("blk.0.ffn_up.bias") && architecture.modelType == "llama"))
  }

  /// The token in front of every text, where the tokenizer of the file puts one there, and those that end one.
  private mutating func readTokens() throws {
    let prefix = "tokenizer.ggml."
    let isLlama =
      try metadata.text(prefix + "model") == "llama"
      || ["llama-bpe", "llama3", "llama-v3", "falcon3"].contains(metadata.text(prefix + "pre"))
    let begin = try metadata.integer(prefix + "bos_token_id")
    let isAdded = try metadata.flag(prefix + "add_bos_token") ?? isLlama
    set("bos_token_id", isAdded ? begin.map { .integer($0) } ?? .null : .null)
    let ends = try ["eos_token_id", "eot_token_id", "eom_token_id"].compactMap { try metadata.integer(prefix + $0) }
    set("eos_token_id", .list(Set(ends).sorted().map { .integer($0) }))
  }

  // MARK: Rotation

  private mutating func readRotary() throws {
    // Where the file does not say, 10,000 is meant, whatever the family's own code takes.
    if try number("rope.freq_base") == nil, let name = architecture.numbers["rope.freq_base"] {
      set(name, .integer(10_000))
    }
    let rotated = try metadata.integer(architecture.name + ".rope.dimension_count") ?? headSize
    let part = Double(rotated) / Double(headSize)
    if architecture.name == "gptneox" {
      set("rotary_pct", .decimal(part))
    } else if part != 1 {
      set("partial_rotary_factor", .decimal(part))
    }
    if let group = try scaling() { set("rope_scaling", .object(group)) }
  }

  /// How frequencies are stretched, nil where they are not.
  private func scaling() throws -> [JSONMember]? {
    func member(_ name: String, _ value: JSONValue) -> JSONMember { JSONMember(name: ByteString(name), value: value) }
    if file.contains("rope_factors_short.weight") || file.contains("rope_factors_long.weight") {
      return [member("rope_type", .text(ByteString("longrope")))]
        + (try [("short", "short_factor"), ("long", "long_factor")].map {
          member($1, .list(try GGUFDocument.vector(file, "rope_factors_\($0).weight").map { .decimal(Double($0)) }))
        }) + (try json("rope.scaling.attn_factor").map { [member("attention_factor", $0)] } ?? [])
    }
    let type = try metadata.text(architecture.name + ".rope.scaling.type")
    let factor = try json("rope.scaling.factor") ?? json("rope.scale_linear")
    switch (type, factor) {
    case ("none"?, _), (nil, nil): return nil
    case (let type, let factor?):
      return [member("rope_type", .text(ByteString(type ?? "linear"))), member("factor", factor)]
    case (let type?, nil): return [member("rope_type", .text(ByteString(type)))]
    }
  }

  /// The elements of a vector that lies beside the weights.
  static func vector(_ file: GGUFFile, _ name: String) throws -> [Float] {
    let tensor = try file.tensor(named: name)
    guard tensor.shape.count == 1, tensor.elementCount <= 1 << 16 else {
      throw HostsError("cannot use the model \(file.path): its tensor \(name) is no vector; get the file again")
    }
    var values = [Float](repeating: 0, count: tensor.elementCount)
    tensor.widen(rows: 0..<1, into: &values)
    return values
  }

  // MARK: Single architectures

  private mutating func readPeculiarities() throws {
    switch architecture.name {
    case "gemma2", "gemma3": try readGemma()
    case "phi3":
      // 0 is how the format says that there is none.
      members.removeAll { $0.name == ByteString("sliding_window") && $0.value == .integer(0) }
    case "gptneox":
      if let flag = try metadata.flag(architecture.name + ".use_parallel_residual") {
        set("use_parallel_residual", .flag(flag))
      }
    case "falcon":
      let isGrouped = file.contains("blk.0.attn_norm_2.weight")
      let keyHeads = try metadata.integer(architecture.name + ".attention.head_count_kv") ?? 1
      set("new_decoder_architecture", .flag(isGrouped))
      set("num_kv_heads", .integer(keyHeads))
      set("multi_query", .flag(keyHeads == 1))
    case "olmo2" where try number("attention.sliding_window") ?? 0 > 0:
      throw metadata.refusal(
        "olmo2.attention.sliding_window", "says that it is an OLMo 3 model, which is not supported",
        "take another model")
    default: break
    }
  }

  /// Layers with a window, where a file says which; and the scale of scores, which no key says: it is that of the head,
  /// but for the models of 27 billion parameters.
  private mutating func readGemma() throws {
    let layers = try metadata.integer(architecture.name + ".block_count")
    let isLargest = layers == (architecture.name == "gemma2" ? 46 : 62)
    let (width, heads) = (try number("embedding_length") ?? 1, try number("attention.head_count") ?? 1)
    set("query_pre_attn_scalar", isLargest ? .decimal(width / heads) : .integer(headSize))
    let key = architecture.name + ".attention.sliding_window_pattern"
    guard metadata.count(of: key) != nil, let pattern = try metadata.flags(key) else {
      if let pattern = try metadata.integer(key) { set("sliding_window_pattern", .integer(pattern)) }
      return
    }
    let words = pattern.map { $0 ? "sliding_attention" : "full_attention" }
    set("layer_types", .list(words.map { .text(ByteString($0)) }))
  }
}
