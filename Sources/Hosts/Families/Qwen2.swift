/// Qwen2 (Yang et al. 2024): Llama with biases on q, k and v.
enum Qwen2: LlamaLike {
  static let modelType = "qwen2"
  static let usual = UsualValues(keyValueHeadCount: 32, contextLength: 32_768, beginToken: nil, endToken: nil)
  static let window = WindowRule.switched

  /// q, k and v always have biases, whatever `attention_bias` says.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool) { (true, false) }
}
