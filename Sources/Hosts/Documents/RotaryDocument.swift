import Basics
import Foundation
import Transformer

/// The keys of `config.json` that say how heads are rotated: `rope_scaling` of transformers 4 or `rope_parameters` of
/// transformers 5, and `rope_theta` and `partial_rotary_factor` in or beside them.
struct RotaryDocument {
  /// What families differ in.
  struct Usual {
    /// The key of the base of the frequencies outside of the group, and the base without any.
    var baseKey = "rope_theta"
    var base = 10_000.0
    /// The key of the part of each head that is rotated, and the part without any.
    var partKey = "partial_rotary_factor"
    var part = 1.0
    /// Whether a family's code rotates a part of a head where the file says so.
    var isPartial = false
    /// What a family calls longrope; nothing where its code does not know it.
    var longRopeNames: [String] = []
    /// The positions before stretching where the file says nothing beside the group.
    var originalContextLength: Int?
  }

  private let root: ConfigurationObject
  private let group: ConfigurationObject?
  private let sizes: DecoderSizes
  private let usual: Usual

  /// Takes the group of keys that counts: where a file has both, transformers reads the older one.
  init(_ root: ConfigurationObject, _ sizes: DecoderSizes, _ usual: Usual = Usual()) throws {
    try self.init(
      root, group: root.object("rope_scaling") ?? root.object("rope_parameters"), sizes: sizes, usual: usual)
  }

  /// Takes a group of keys for some layers alone.
  init(_ root: ConfigurationObject, group: ConfigurationObject?, sizes: DecoderSizes, usual: Usual) throws {
    self.root = root
    self.group = group
    self.sizes = sizes
    self.usual = usual
    if let nested = group?.members.first(where: { $0.value.members != nil }), let group {
      throw root.refusal(
        "\(group.name(nested.name.text)) is for one kind of layers; models of this model_type have one rotary "
          + "embedding for all, so take another model")
    }
    if let group, group.value("alpha") != nil {
      throw root.refusal("\(group.name("alpha")) scales the base; this is not supported, so take another model")
    }
  }

  /// How each head is rotated; each refusal names the key.
  func rotary() throws -> HeadRotary {
    let rotary = HeadRotary(scaling: try RotaryScaling(base: base(), kind: kind()), width: try width())
    if let problem = rotary.scaling.problem(rotated: rotary.width) {
      throw root.refusal("\(problem); get the file again")
    }
    return rotary
  }

  // MARK: Frequencies

  private func base() throws -> Double {
    try group?.number("rope_theta") ?? root.number(usual.baseKey) ?? usual.base
  }

  private func kind() throws -> RotaryScaling.Kind {
    let type = try type()
    if try isLongRope() { return try longRope() }
    switch type {
    // Dynamic scaling stretches by as much as a text is longer than the context, which no input of ours is.
    case "default", "dynamic": return .none
    case "linear": return .linear(factor: try required("factor"))
    case "llama3":
      return .llama3(
        factor: try required("factor"), lowFrequencyFactor: try required("low_freq_factor"),
        highFrequencyFactor: try required("high_freq_factor"),
        originalContextLength: Double(try originalContextLength()))
    default:
      let supported = ["default", "linear", "dynamic", "llama3"] + usual.longRopeNames.prefix(1)
      throw root.refusal(
        "rotary scaling \(type.quoted) is not supported; \(supported.joined(separator: ", ")) are, so take another "
          + "model")
    }
  }

  private func type() throws -> String { try group?.text("rope_type") ?? group?.text("type") ?? "default" }

  private func isLongRope() throws -> Bool { try usual.longRopeNames.contains(type()) }

  /// LongRoPE (Ding et al. 2024) as transformers has it: `factor` goes before the ratio of the two contexts.
  private func longRope() throws -> RotaryScaling.Kind {
    let original = try originalContextLength()
    guard original > 1 else {
      throw root.refusal("original_max_position_embeddings is \(original); correct it or get the file again")
    }
    let stretch = try group?.number("factor") ?? Double(sizes.contextLength) / Double(original)
    let factor = stretch <= 1 ? 1 : (1 + log(stretch) / log(Double(original))).squareRoot()
    return .longRope(
      short: try divisors("short_factor"), long: try divisors("long_factor"),
      originalContextLength: Double(original), factor: try group?.number("attention_factor") ?? factor)
  }

  private func divisors(_ key: String) throws -> [Double] {
    guard let divisors = try group?.numbers(key) else { throw missing(key) }
    return divisors
  }

  /// A key beside the group goes before one in it.
  private func originalContextLength() throws -> Int {
    let key = "original_max_position_embeddings"
    let length = try root.integer(key) ?? usual.originalContextLength ?? group?.integer(key) ?? sizes.contextLength
    guard (1...1 << 24).contains(length) else {
      throw root.refusal("\(key) is \(length), which is not in 1…\(1 << 24); get the file again")
    }
    return length
  }

  private func required(_ key: String) throws -> Double {
    guard let value = try group?.number(key) else { throw missing(key) }
    return value
  }

  private func missing(_ key: String) -> HostsError {
    root.refusal("rotary scaling lacks \(group?.name(key) ?? key); get the file again, whole")
  }

  // MARK: Width

  /// The components of a head that are rotated.
  private func width() throws -> Int {
    let part = try group?.number("partial_rotary_factor") ?? root.number(usual.partKey) ?? usual.part
    guard part == 1 || usual.isPartial else {
      throw root.refusal("partial_rotary_factor is \(part); only 1 is supported, so take another model")
    }
    guard part > 0, part <= 1 else { throw root.refusal("\(usual.partKey) is \(part), which is not in 0…1") }
    let width = Int(Double(sizes.headSize) * part)
    guard width > 0, width % 2 == 0 else {
      throw root.refusal(
        "of the \(sizes.headSize) components of a head (head_dim) \(width) are rotated, and pairs do not come out "
          + "even; an odd number is not supported, so take another model")
    }
    return width
  }
}
