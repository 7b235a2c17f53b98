import Basics
import StrictJSON
import Transformer

/// GPT-Neo (Black et al. 2021): learned positions, scores that are not scaled, a window in every second layer.
enum GPTNeo: Family {
  static let modelType = "gpt_neo"
  private static let usual = UsualValues(
    expansion: 4, contextLength: 2048, beginToken: 50_256, endToken: 50_256, normEpsilon: 1e-5, hasTiedHead: true)
  private static let keys = SizeKeys(
    layerCount: ["num_layers", "num_hidden_layers"], headCount: ["num_heads", "num_attention_heads"],
    keyValueHeadCount: [], headSize: [], normEpsilon: ["layer_norm_epsilon"])

  static func shape(_ document: HostDocument) throws -> HostShape {
    let sizes = try DecoderSizes(document, keys: keys, usual: usual)
    let function = try document.activation("activation_function", usual: .geluTanh)
    return sizes.shape(
      sizes.embedding("wte", positions: PositionTable("wpe", rows: sizes.contextLength, offset: 0)),
      sizes.readout(sizes.layerNorm("ln_f")), layers: "h", prefix: "transformer.",
      passedOver: ["attn.attention.bias", "attn.attention.masked_bias"], kinds: try windows(document.root, sizes)
    ) { window in
      [
        sizes.layerNorm("ln_1"),
        sizes.key("attn.attention.k_proj"),
        sizes.value("attn.attention.v_proj"),
        sizes.query("attn.attention.q_proj"),
        sizes.attention(window: window, scale: 1),
        sizes.output("attn.attention.out_proj", bias: true),
        sizes.layerNorm("ln_2"),
        sizes.up("mlp.c_fc", bias: true),
        sizes.activation(function),
        sizes.down("mlp.c_proj", .up, bias: true),
      ]
    }
  }

  /// The window of each layer: `attention_types` is a list of patterns, each with how often it is repeated, such as
  /// `[[["global", "local"], 12]]`.
  private static func windows(_ root: ConfigurationObject, _ sizes: DecoderSizes) throws -> [Int?] {
    let length = try root.integer("window_size") ?? 256
    guard length > 0 else { throw root.refusal("window_size is \(length); correct it or get the file again") }
    let types = try root.layerPatterns("attention_types", limit: sizes.layerCount)
    let layers = types ?? Array(repeating: ["global", "local"], count: 12).flatMap { $0 }
    guard layers.count == sizes.layerCount else {
      throw root.refusal(
        "attention_types\(types == nil ? ", which is absent," : "") means \(layers.count) layers of "
          + "\(sizes.layerCount); correct it or get the file again")
    }
    return try layers.map { type in
      guard ["global", "local"].contains(type) else {
        throw root.refusal("attention_types names \(type.quoted(limit: 60)); only global and local are supported")
      }
      return type == "local" ? length : nil
    }
  }
}

extension ConfigurationObject {
  /// The layers that a list of patterns with their numbers of repetitions stands for; nil where the key is absent.
  fileprivate func layerPatterns(_ key: String, limit: Int) throws -> [String]? {
    guard let value = value(key) else { return nil }
    let patterns = value.elements { item -> (names: [String], count: Int)? in
      guard let parts = item.elements({ $0 }), parts.count == 2, let names = parts[0].elements(\.string),
        let count = parts[1].integer, (0...limit).contains(count), names.count <= limit
      else { return nil }
      return (names, count)
    }
    guard let patterns, patterns.reduce(0, { $0 + $1.names.count * $1.count }) <= limit else {
      throw refusal(
        "\(key) is no list of patterns with their numbers of repetitions for \(limit) layers; get the file again")
    }
    return patterns.flatMap { Array(repeating: $0.names, count: $0.count).flatMap { $0 } }
  }
}
