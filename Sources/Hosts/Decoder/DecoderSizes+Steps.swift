import Transformer

/// The steps that blocks of decoders are made of, with the widths that follow from the sizes. A family names the tensor
/// of each.
extension DecoderSizes {
  // MARK: Norms

  /// The norm by the root mean square of rows of the stream, or of another slot as wide.
  func rmsNorm(
    _ name: String, _ input: Slot = .residual, _ output: Slot = .normed, gain: Norm.Gain = .asStored
  ) -> Norm {
    Norm(name, input, output, width: hiddenSize, epsilon: normEpsilon, gain: gain)
  }

  /// The same norm of each head of queries or keys, in place; all heads have one gain.
  func headNorm(_ name: String, _ slot: Slot, gain: Norm.Gain = .asStored) -> Norm {
    Norm(
      name, slot, slot, width: headSize, epsilon: normEpsilon, gain: gain,
      groups: slot == .query ? headCount : keyValueHeadCount)
  }

  /// The norm by mean and deviation, with a bias, of rows of the stream.
  func layerNorm(_ name: String, _ input: Slot = .residual, _ output: Slot = .normed) -> Norm {
    Norm(name, input, output, width: hiddenSize, epsilon: normEpsilon, kind: .layer, hasBias: true)
  }

  // MARK: Attention

  func query(
    _ name: String, _ input: Slot = .normed, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .q, name, input, .query, rows: queryWidth, columns: hiddenSize, hasBias: bias, storage: storage)
  }

  func key(
    _ name: String, _ input: Slot = .normed, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .k, name, input, .key, rows: keyValueWidth, columns: hiddenSize, hasBias: bias, storage: storage)
  }

  func value(
    _ name: String, _ input: Slot = .normed, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .v, name, input, .value, rows: keyValueWidth, columns: hiddenSize, hasBias: bias, storage: storage)
  }

  /// The rows of queries, keys or values in a tensor that holds for each head of keys its query heads, one below the
  /// other, then the head of keys, then that of values.
  func byGroup(_ slot: Slot) -> Storage {
    let queries = headCount / keyValueHeadCount * headSize
    let (every, total) = (queries + 2 * headSize, keyValueHeadCount * (queries + 2 * headSize))
    switch slot {
    case .query: return .grouped(queries, every: every, from: 0, of: total)
    case .key: return .grouped(headSize, every: every, from: queries, of: total)
    default: return .grouped(headSize, every: every, from: queries + headSize, of: total)
    }
  }

  /// Rotations of queries and of keys; none where a layer does not rotate.
  func rotations(_ rotary: HeadRotary?, order: RowOrder = .halfSplit) -> [Rotation] {
    guard let rotary else { return [] }
    return [(Slot.query, headCount), (.key, keyValueHeadCount)].map { slot, heads in
      Rotation(
        slot, headCount: heads, headSize: headSize, rotary: rotary.scaling, order: order,
        rotated: rotary.width == headSize ? nil : rotary.width)
    }
  }

  func attention(
    window: Int? = nil, scale: Float? = nil, cap: Float? = nil, slopes: [Float] = [], isCausal: Bool = true
  ) -> Attention {
    Attention(
      headCount: headCount, keyValueHeadCount: keyValueHeadCount, headSize: headSize, window: window, scale: scale,
      cap: cap, slopes: slopes, isCausal: isCausal)
  }

  /// The product with what attention gives, added to the stream, or into a slot for a norm.
  func output(
    _ name: String, into slot: Slot = .residual, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .o, name, .attended, slot, rows: hiddenSize, columns: queryWidth, hasBias: bias, adding: slot == .residual,
      storage: storage)
  }

  // MARK: Feed-forward

  func gate(
    _ name: String, _ input: Slot = .normed, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .gate, name, input, .gate, rows: intermediateSize, columns: hiddenSize, hasBias: bias, storage: storage)
  }

  func up(
    _ name: String, _ input: Slot = .normed, bias: Bool = false, storage: Storage = .apart
  ) -> Product {
    Product(
      .up, name, input, .up, rows: intermediateSize, columns: hiddenSize, hasBias: bias, storage: storage)
  }

  /// The gate's function times what it lets through: `gate = function(gate) · up`.
  func gated(_ function: Activation.Function) -> Activation {
    Activation(.gate, times: .up, width: intermediateSize, function: function)
  }

  /// The function of hidden units of a feed-forward layer without a gate: `up = function(up)`.
  func activation(_ function: Activation.Function) -> Activation {
    Activation(.up, width: intermediateSize, function: function)
  }

  /// The product with the hidden units, which are the gate's where there is one, added to the stream, or into a slot
  /// for a norm.
  func down(
    _ name: String, _ input: Slot = .gate, into slot: Slot = .residual, bias: Bool = false,
    storage: Storage = .apart
  ) -> Product {
    Product(
      .down, name, input, slot, rows: hiddenSize, columns: intermediateSize, hasBias: bias,
      adding: slot == .residual, storage: storage)
  }

  /// What a norm has made of a product, added to the stream.
  var addition: Add { Add(.contribution, width: hiddenSize) }

  // MARK: The model

  func embedding(
    _ name: String, scale: Float = 1, positions: PositionTable? = nil, norm: Norm? = nil
  ) -> Embedding {
    .tokens(
      TokenEmbedding(
        name, vocabularyCount: vocabularyCount, width: hiddenSize, scale: scale, positions: positions, norm: norm))
  }

  func readout(_ norm: Norm, head: String = "lm_head", cap: Float? = nil) -> Readout {
    Readout(norm: norm, head: head, isTied: tiedHead, cap: cap)
  }

  /// The end of an image classifier, whose head has a bias.
  func readout(_ norm: Norm, classifier: String, _ classNames: [String]) -> Readout {
    Readout(norm: norm, head: classifier, isTied: false, hasBias: true, classNames: classNames)
  }

  /// A model whose layers are alike.
  func shape(
    _ embedding: Embedding, _ readout: Readout, layers: String = "layers", prefix: String = "model.",
    passedOver: [String] = [], block: () -> [any Step]
  ) -> HostShape {
    shape(
      embedding, readout, layers: layers, prefix: prefix, passedOver: passedOver,
      kinds: Array(repeating: true, count: layerCount)
    ) { _ in block() }
  }

  /// A model with a block for each layer, made for what layers of it differ in: `kinds`, `[layer]`.
  func shape<Kind: Equatable>(
    _ embedding: Embedding, _ readout: Readout, layers: String = "layers", prefix: String = "model.",
    passedOver: [String] = [], kinds: [Kind], block: (Kind) -> [any Step]
  ) -> HostShape {
    HostShape(
      embedding: embedding, blocks: blocks(kinds, block), readout: readout, layersName: layers,
      contextLength: contextLength, beginToken: beginToken, endTokens: endTokens, prefix: prefix,
      passedOver: passedOver)
  }

  /// A block for each kind of layer, of which models have few: the last ones are kept.
  private func blocks<Kind: Equatable>(_ kinds: [Kind], _ block: (Kind) -> [any Step]) -> [Block] {
    var made: [(kind: Kind, block: Block)] = []
    return kinds.map { kind in
      if let known = made.suffix(4).first(where: { $0.kind == kind }) { return known.block }
      let new = Block(block(kind))
      made.append((kind, new))
      return new
    }
  }
}
