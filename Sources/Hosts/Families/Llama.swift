import Transformer

/// Llama (Touvron et al. 2023): a norm before each part, rotary positions, shared key heads, a gated feed-forward
/// layer.
enum Llama: LlamaLike {
  static let modelType = "llama"
  static let usual = UsualValues(keyValueHeadCount: nil, contextLength: 2048, beginToken: 1, endToken: 2)
  static let window = WindowRule.never

  /// Only Llama's own code reads `attention_bias`.
  static func biases(_ document: ConfigurationObject) throws -> (input: Bool, output: Bool) {
    let hasBias = try document.flag("attention_bias") == true
    return (hasBias, hasBias)
  }
}

extension GatedDecoder {
  /// The model as a list of steps.
  public var shape: HostShape {
    HostShape(
      embedding: Embedding(spelling.embedding, vocabularyCount: vocabularyCount, width: hiddenSize),
      blocks: Array(repeating: block, count: layerCount),
      readout: Readout(norm: norm(spelling.norm), head: spelling.head, isTied: tiedHead), layersName: spelling.layers,
      contextLength: contextLength, beginToken: beginToken, endTokens: endTokens)
  }

  /// One block. Keys and values come first: in the last layer only they are computed for all rows.
  private var block: Block {
    let (hidden, query, shared, inner) = (hiddenSize, queryWidth, keyValueWidth, intermediateSize)
    func rotation(_ slot: Slot, heads: Int) -> Rotation {
      Rotation(slot, headCount: heads, headSize: headSize, rotary: rotary, order: rowOrder)
    }
    return Block([
      norm(spelling.attentionNorm),
      Product(.k, spelling.key, .normed, .key, rows: shared, columns: hidden, hasBias: inputBias),
      Product(.v, spelling.value, .normed, .value, rows: shared, columns: hidden, hasBias: inputBias),
      Product(.q, spelling.query, .normed, .query, rows: query, columns: hidden, hasBias: inputBias),
      rotation(.query, heads: headCount),
      rotation(.key, heads: keyValueHeadCount),
      Attention(
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize, window: slidingWindow),
      Product(
        .o, spelling.output, .attended, .residual, rows: hidden, columns: query, hasBias: outputBias, adding: true),
      norm(spelling.feedForwardNorm),
      Product(.gate, spelling.gate, .normed, .gate, rows: inner, columns: hidden),
      Product(.up, spelling.up, .normed, .up, rows: inner, columns: hidden),
      Activation(.gate, times: .up, width: inner),
      Product(.down, spelling.down, .gate, .residual, rows: hidden, columns: inner, adding: true),
    ])
  }

  private func norm(_ name: String) -> Norm {
    Norm(name, .residual, .normed, width: hiddenSize, epsilon: normEpsilon)
  }
}
