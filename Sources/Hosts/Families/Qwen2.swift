/// Qwen2 (Yang et al. 2024): Llama with biases on q, k and v, and windows in the later layers where these are switched
/// on.
enum Qwen2: LlamaLike {
  static let modelType = "qwen2"
  static let usual = UsualValues(keyValueHeadCount: 32, contextLength: 32_768)

  static func windows(_ document: ConfigurationObject, _ sizes: DecoderSizes) throws -> LayerWindows {
    let first = try document.integer("max_window_layers") ?? 28
    return try WindowDocument(document, sizes, rule: .switched, usual: 4096).windows { $0 >= first }
  }

  /// q, k and v always have biases, whatever `attention_bias` says.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool, feedForward: Bool) {
    (true, false, false)
  }
}
