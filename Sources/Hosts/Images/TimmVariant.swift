import Basics
import StrictJSON
import Transformer

/// A vision transformer by the name that timm has for it, `vit_base_patch16_224` and the like
/// (`vision_transformer.py`).
struct TimmVariant {
  let width: Int
  let layerCount: Int
  let headCount: Int
  let patch: Int
  let image: Int

  private static let variants = [
    (name: "tiny", width: 192, layerCount: 12, headCount: 3), (name: "small", width: 384, layerCount: 12, headCount: 6),
    (name: "base", width: 768, layerCount: 12, headCount: 12),
    (name: "large", width: 1024, layerCount: 24, headCount: 16),
  ]

  init(_ root: ConfigurationObject) throws {
    let name = try root.text("architecture") ?? ""
    let match = name.wholeMatch(of: #/vit_([a-z]+)_patch([0-9]{1,4})_([0-9]{1,4})/#)
    guard let match, let variant = Self.variants.first(where: { $0.name == match.1 }), let patch = Int(match.2),
      let image = Int(match.3)
    else {
      let names = Self.variants.map { "vit_\($0.name)_patch16_224" }.joined(separator: ", ")
      throw root.refusal(
        "architecture is \(name.quoted(limit: 60)); of timm's models those like \(names) are supported, so take one "
          + "of these")
    }
    (width, layerCount, headCount) = (variant.width, variant.layerCount, variant.headCount)
    self.patch = patch
    self.image = image
    if let pool = try root.text("global_pool"), pool != "token" {
      throw root.refusal(
        "global_pool is \(pool.quoted), and only the token of the class is read out; take another model")
    }
  }

  /// Refuses arguments that change what is computed and are not honoured.
  func check(_ arguments: ConfigurationObject) throws {
    for (key, usual) in [("global_pool", "token"), ("pos_embed", "learn")] {
      if let value = try arguments.text(key), value != usual { throw refusal(of: key, value, arguments) }
    }
    for key in ["class_token", "final_norm", "proj_bias"] {
      if try arguments.flag(key) == false { throw refusal(of: key, "false", arguments) }
    }
    for member in arguments.members {
      let name = member.name.text
      guard !Self.honoured.contains(name), !Self.harmless.contains(name), !Self.isNothing(member.value) else {
        continue
      }
      throw refusal(of: name, member.value.phrase, arguments)
    }
  }

  private func refusal(of key: String, _ value: String, _ arguments: ConfigurationObject) -> HostsError {
    arguments.refusal(
      "\(arguments.name(key)) is \(value), which changes what the model computes and is not supported; take another "
        + "model"
    )
  }

  private static let honoured: Set<String> = [
    "global_pool", "pos_embed", "class_token", "final_norm", "proj_bias", "img_size", "patch_size", "in_chans",
    "num_classes", "embed_dim", "depth", "num_heads", "mlp_ratio", "qkv_bias",
  ]
  /// What acts in training alone, or says how weights began.
  private static let harmless: Set<String> = [
    "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate", "drop_path_rate",
    "weight_init", "fix_init",
  ]

  private static func isNothing(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .flag(false): true
    case .text(let text): text.bytes.isEmpty
    case .list(let values): values.isEmpty
    case .object(let members): members.isEmpty
    default: value.number == 0
    }
  }
}
