/// What every model has, whatever its family: the start, a list of steps for each block, the end, and what it reads and
/// writes. It holds no weights.
public struct HostShape: Sendable {
  /// How tokens, or images, become the residual stream.
  public let embedding: Embedding
  /// The blocks, `[layer]`; there is at least one.
  public let blocks: [Block]
  /// How the residual stream becomes logits.
  public var readout: Readout
  /// The name of the blocks behind the model's prefix, such as `layers`; the number of the layer follows.
  public let layersName: String
  /// The number of positions that the model was made for.
  public var contextLength: Int
  /// The token that stands in front of every text; nil for none.
  public let beginToken: Int32?
  /// A continuation ends after one of these.
  public let endTokens: [Int32]
  /// What transformers writes before the names of all tensors but the head's, such as `model.`; files may have another
  /// prefix.
  public let prefix: String
  /// Endings of the names of tensors that the model's own code computes anyway, such as masks: files may hold them,
  /// whatever they are.
  public let passedOver: [String]

  /// A model of these parts, which has at least one block; all of them have the same matrices and widths, and may
  /// differ in all else.
  public init(
    embedding: Embedding, blocks: [Block], readout: Readout, layersName: String, contextLength: Int,
    beginToken: Int32?, endTokens: [Int32], prefix: String = "model.", passedOver: [String] = []
  ) {
    precondition(!blocks.isEmpty, "a model has blocks")
    precondition(
      blocks.allSatisfy { $0.widths == blocks[0].widths && $0.matrices == blocks[0].matrices },
      "blocks of one model have the same widths and matrices")
    self.embedding = embedding
    self.blocks = blocks
    self.readout = readout
    self.layersName = layersName
    self.contextLength = contextLength
    self.beginToken = beginToken
    self.endTokens = endTokens
    self.prefix = prefix
    self.passedOver = passedOver
  }

  // MARK: Sizes

  /// Floats of a row of the residual stream.
  public var hiddenSize: Int { embedding.width }
  /// What the head chooses among: the tokens of the vocabulary, or the classes of images.
  public var vocabularyCount: Int { embedding.tokens?.vocabularyCount ?? readout.classNames.count }
  /// The names of the classes of images; nil for a language model.
  public var classNames: [String]? { embedding.patches == nil ? nil : readout.classNames }
  /// Whether steps follow the first one, which find keys and values of those before: behind a class nothing does.
  public var continues: Bool { classNames == nil }
  /// The number of blocks.
  public var layerCount: Int { blocks.count }
  /// Whether the head is the embedding.
  public var tiedHead: Bool { readout.isTied }

  /// Floats of a row of a slot; 0 where neither blocks nor the readout have it.
  public func width(of slot: Slot) -> Int { max(blocks[0].width(of: slot), readout.norm.widths[slot] ?? 0) }

  // MARK: Matrices

  /// The weight matrices of a block, in canonical order.
  public var matrices: [WeightMatrix] { blocks[0].matrices }

  /// The weight matrices outside of the blocks, whose rows are tokens, in canonical order: a tied head is the
  /// embedding, and a model that reads images has none.
  public var outerMatrices: [WeightMatrix] {
    embedding.tokens == nil ? [] : tiedHead ? [.embedding] : [.embedding, .head]
  }

  /// The shape `[out, in]` of a weight matrix, as in the first block: rows are outputs, columns are inputs. Of those
  /// outside of the blocks rows are tokens.
  public func shape(of matrix: WeightMatrix) -> (rows: Int, columns: Int) {
    guard !matrix.isOuter else { return (vocabularyCount, hiddenSize) }
    let product = blocks[0].product(of: matrix).step
    return (product.rows, product.columns)
  }

  /// Elements of all weight matrices of all blocks.
  public var matrixElements: Double { blocks.reduce(0) { $0 + $1.matrixElements } }

  /// Elements of the embedding's matrix and of the head, if that is another one.
  public var outerMatrixElements: Double {
    let head = tiedHead ? 0 : Double(vocabularyCount) * Double(hiddenSize)
    return head + embedding.tensor.shape.reduce(1.0) { $0 * Double($1) }
  }

  /// The order in which the files store the rows of q and k.
  public var rowOrder: RowOrder { rotation?.order ?? .halfSplit }

  /// The rotation of queries and keys in the first block that has one; nil without any.
  public var rotation: Rotation? { blocks.lazy.flatMap(\.steps).compactMap { $0 as? Rotation }.first }

  /// The positions of the longest sequence whose angles are those of the shortest; nil where all have the same.
  public var firstContext: Int? {
    blocks.lazy.flatMap(\.steps).compactMap { ($0 as? Rotation)?.rotary.firstContext }.min()
  }

  /// The attention of the first block; nil without any.
  public var attention: Attention? { blocks[0].attention?.step }
}
