/// Mistral (Jiang et al. 2023), and Zephyr: Llama with a window over the keys.
enum Mistral: LlamaLike {
  static let modelType = "mistral"
  static let usual = UsualValues(keyValueHeadCount: 8, contextLength: 4096 * 32, beginToken: 1, endToken: 2)

  static func windows(_ document: ConfigurationObject, _ sizes: DecoderSizes) throws -> LayerWindows {
    try WindowDocument(document, sizes, rule: .always, usual: 4096).windows()
  }

  /// No matrix has a bias, whatever `attention_bias` says.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool, feedForward: Bool) {
    (false, false, false)
  }
}
