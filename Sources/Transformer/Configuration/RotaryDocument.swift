/// The keys of `config.json` that say how rotary embeddings are stretched: `rope_scaling` of transformers 4 or
/// `rope_parameters` of transformers 5, and `rope_theta` in or beside them.
struct RotaryDocument {
  private let root: ConfigurationObject
  private let rope: ConfigurationObject?
  private let contextLength: Int

  init(_ root: ConfigurationObject, contextLength: Int) throws {
    self.root = root
    // Where a file has both, transformers reads the older key.
    rope = try root.object("rope_scaling") ?? root.object("rope_parameters")
    self.contextLength = contextLength
  }

  func scaling() throws -> RotaryScaling {
    let base = try rope?.number("rope_theta") ?? root.number("rope_theta") ?? 10_000
    try checkWhole()
    let type = try rope?.text("rope_type") ?? rope?.text("type") ?? "default"
    switch type {
    case "default": return RotaryScaling(base: base, kind: .none)
    // It stretches by as much as a text is longer than the context, which no input of ours is.
    case "dynamic": return RotaryScaling(base: base, kind: .none)
    case "linear": return RotaryScaling(base: base, kind: .linear(factor: try required("factor")))
    case "llama3":
      return RotaryScaling(
        base: base,
        kind: .llama3(
          factor: try required("factor"), lowFrequencyFactor: try required("low_freq_factor"),
          highFrequencyFactor: try required("high_freq_factor"), originalContextLength: try originalContextLength()))
    default:
      throw root.refusal(
        "rotary scaling '\(type)' is not supported; default, linear, dynamic and llama3 are, so take another model")
    }
  }

  // MARK: Parts

  /// A key beside the group goes before one in it.
  private func originalContextLength() throws -> Double {
    let key = "original_max_position_embeddings"
    return try root.number(key) ?? rope?.number(key) ?? Double(contextLength)
  }

  private func required(_ key: String) throws -> Double {
    guard let rope, let value = try rope.number(key) else {
      throw root.refusal("rotary scaling lacks \(rope?.name(key) ?? key); get the file again, whole")
    }
    return value
  }

  /// Refuses embeddings of a part of each head, of several kinds of layer, and of a base of their own.
  private func checkWhole() throws {
    let factors = [try rope?.number("partial_rotary_factor"), try root.number("partial_rotary_factor")]
    if let factor = factors.compactMap({ $0 }).first, factor != 1 {
      throw root.refusal("partial_rotary_factor is \(factor); only 1 is supported, so take another model")
    }
    guard let rope else { return }
    if let nested = rope.members.first(where: { $0.value.members != nil }) {
      throw root.refusal(
        "\(rope.name(nested.name.text)) is for one kind of layers; only one rotary embedding for all is supported, so "
          + "take another model")
    }
    if rope.value("alpha") != nil {
      throw root.refusal("\(rope.name("alpha")) scales the base; this is not supported, so take another model")
    }
  }
}
