import Weights

/// The sizes of a decoder, and what it reads and writes, whatever its blocks are.
public struct DecoderSizes: Equatable, Sendable {
  /// Floats of a row of the residual stream.
  public var hiddenSize: Int
  /// Hidden units of the feed-forward layer.
  public var intermediateSize: Int
  /// Blocks of the model.
  public var layerCount: Int
  /// Query heads of a layer.
  public var headCount: Int
  /// Key and value heads of a layer.
  public var keyValueHeadCount: Int
  /// Components of a head.
  public var headSize: Int
  /// Tokens of the vocabulary.
  public var vocabularyCount: Int
  /// Positions that the model was made for.
  public var contextLength: Int
  /// The constant that norms add to the mean square or to the variance.
  public var normEpsilon: Float
  /// Whether the language-model head is the embedding.
  public var tiedHead: Bool
  /// The token that stands in front of every text; nil for none.
  public var beginToken: Int32?
  /// A continuation ends after one of these.
  public var endTokens: [Int32]

  /// The keys that the sizes were read from, for refusals.
  private var keys = SizeKeys()

  var queryWidth: Int { headCount * headSize }
  var keyValueWidth: Int { keyValueHeadCount * headSize }

  // MARK: Reading

  /// Reads the sizes that the files of a family state, and checks them; each refusal names the key.
  init(_ document: HostDocument, keys: SizeKeys = SizeKeys(), usual: UsualValues) throws {
    let root = document.root
    func size(_ keys: [String], usual: Int? = nil) throws -> Int {
      if let size = try root.integer(keys) ?? usual { return size }
      throw root.refusal("the key '\(root.name(keys[0]))' is missing; get the file again, whole")
    }
    self.keys = keys
    headCount = try size(keys.headCount, usual: usual.headCount)
    hiddenSize = try size(keys.hiddenSize, usual: usual.hiddenSize)
    contextLength = try size(keys.contextLength, usual: usual.contextLength)
    layerCount = try size(keys.layerCount, usual: usual.layerCount)
    let expanded = usual.expansion?.multipliedReportingOverflow(by: hiddenSize).partialValue
    intermediateSize = try size(keys.intermediateSize, usual: expanded)
    let isShared = keys.keyValueHeadCount.contains(where: root.has)
    keyValueHeadCount = try size(
      keys.keyValueHeadCount, usual: isShared ? headCount : usual.keyValueHeadCount ?? headCount)
    headSize = try size(keys.headSize, usual: usual.headSize ?? hiddenSize / max(headCount, 1))
    vocabularyCount = try size(keys.vocabularyCount, usual: usual.vocabularyCount)
    normEpsilon = try root.number(keys.normEpsilon).map { Float($0) } ?? usual.normEpsilon
    tiedHead = try document.flag("tie_word_embeddings") ?? usual.hasTiedHead
    beginToken = try document.beginToken(usual: usual.beginToken)
    endTokens = try document.endTokens(usual: usual.endToken)
    try check(path: document.folder)
    guard !keys.headSize.isEmpty || hiddenSize % headCount == 0 else {
      throw root.refusal(
        "\(keys.hiddenSize[0]) \(hiddenSize) is no multiple of \(keys.headCount[0]) \(headCount); correct one of them")
    }
  }

  /// The sizes that a llama2.c header stands for.
  ///
  /// Its models write token 1 between texts, so a continuation ends at 1 as well as at 2.
  init(_ header: Llama2CHeader) {
    hiddenSize = header.hiddenSize
    intermediateSize = header.intermediateSize
    layerCount = header.layerCount
    headCount = header.headCount
    keyValueHeadCount = header.keyValueHeadCount
    headSize = header.hiddenSize / max(header.headCount, 1)
    vocabularyCount = header.vocabularySize
    contextLength = header.contextLength
    normEpsilon = 1e-5
    tiedHead = header.sharesClassifier
    beginToken = 1
    endTokens = [1, 2]
  }

  // MARK: Checks

  /// A million times those of today's models; bytes and operations of so many can be counted.
  private static let weightLimit = 1e16
  private static let sizeLimit = 1 << 24

  /// Weights of all matrices; a real number, because sizes that are possible each may together be beyond counting.
  private var weightCount: Double {
    // q, k, v, o, gate, up and down have so many rows or columns beside the hidden size.
    let widths = [queryWidth, keyValueWidth, keyValueWidth, queryWidth] + Array(repeating: intermediateSize, count: 3)
    let layer = widths.reduce(0.0) { $0 + Double($1) * Double(hiddenSize) }
    return Double(layerCount) * layer + 2 * Double(vocabularyCount) * Double(hiddenSize)
  }

  /// Sizes come from a stranger's file: each is bounded before anything is multiplied or allocated.
  func check(path: String) throws {
    func refuse(_ problem: String) -> HostsError {
      HostsError("cannot use the model \(path): \(problem); check its config.json, metadata or header")
    }
    func name(_ keys: [String], else other: String) -> String { keys.first ?? other }
    let heads = name(keys.headCount, else: "heads")
    let shared = name(keys.keyValueHeadCount, else: "heads of keys")
    let sizes = [
      (name(keys.hiddenSize, else: "width"), hiddenSize),
      (name(keys.intermediateSize, else: "width of the feed-forward layer"), intermediateSize),
      (name(keys.layerCount, else: "layers"), layerCount), (heads, headCount), (shared, keyValueHeadCount),
      (name(keys.headSize, else: "width of a head"), headSize),
      (name(keys.vocabularyCount, else: "vocabulary"), vocabularyCount),
      (name(keys.contextLength, else: "context"), contextLength),
    ]
    for (name, size) in sizes where size < 1 || size > Self.sizeLimit {
      throw refuse("\(name) is \(size), which is not in 1…\(Self.sizeLimit)")
    }
    guard layerCount <= 1 << 16, headCount * headSize <= Self.sizeLimit else {
      throw refuse("\(sizes[2].0) \(layerCount) or heads \(headCount) × \(headSize) is absurd")
    }
    guard weightCount <= Self.weightLimit else {
      throw refuse("its sizes make \(weightCount) weights, which is absurd")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw refuse("\(heads) \(headCount) is no multiple of \(shared) \(keyValueHeadCount)")
    }
    guard normEpsilon > 0, normEpsilon < 1 else {
      throw refuse("\(name(keys.normEpsilon, else: "the norms' epsilon")) is \(normEpsilon)")
    }
  }
}
