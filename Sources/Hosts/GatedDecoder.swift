import Foundation
import Transformer
import Weights

/// The sizes and constants of a decoder with a norm before each part, rotary positions and a gated feed-forward layer.
public struct GatedDecoder: Equatable, Sendable {
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
  /// The constant that norms add to the mean square.
  public var normEpsilon: Float
  /// The rotary frequencies and their scaling.
  public var rotary: RotaryScaling
  /// The order in which the file keeps the rows of q and k.
  public var rowOrder: RowOrder
  /// A query at position p sees the keys p − slidingWindow + 1 … p; nil: all keys up to p.
  public var slidingWindow: Int?
  /// Whether the language-model head is the embedding.
  public var tiedHead: Bool
  /// Whether q, k and v add a bias; `outputBias` says the same of o.
  public var inputBias: Bool
  /// Whether o adds a bias.
  public var outputBias: Bool
  /// The token that stands in front of every text; nil for none.
  public var beginToken: Int32?
  /// A continuation ends after one of these.
  public var endTokens: [Int32]

  /// What the files call keys and modules.
  let spelling: LlamaSpelling

  var queryWidth: Int { headCount * headSize }
  var keyValueWidth: Int { keyValueHeadCount * headSize }

  // MARK: Reading

  /// Reads what the files of a family say, and checks that it is computed so; each refusal names the key.
  init(_ document: HostDocument, family: any LlamaLike.Type) throws {
    let (root, usual, keys) = (document.root, family.usual, family.spelling)
    spelling = keys
    headCount = try root.required(keys.headCount, root.integer)
    hiddenSize = try root.required(keys.hiddenSize, root.integer)
    contextLength = try root.integer(keys.contextLength) ?? usual.contextLength
    layerCount = try root.required(keys.layerCount, root.integer)
    (inputBias, outputBias) = try family.biases(root)
    intermediateSize = try root.required(keys.intermediateSize, root.integer)
    let isShared = root.has(keys.keyValueHeadCount)
    keyValueHeadCount =
      isShared ? try root.integer(keys.keyValueHeadCount) ?? headCount : usual.keyValueHeadCount ?? headCount
    headSize = try root.integer("head_dim") ?? hiddenSize / max(headCount, 1)
    vocabularyCount = try root.required(keys.vocabularyCount, root.integer)
    normEpsilon = try root.number(keys.normEpsilon).map { Float($0) } ?? usual.normEpsilon
    rotary = try RotaryDocument(root, contextLength: contextLength).scaling()
    rowOrder = .halfSplit
    slidingWindow = try WindowDocument(
      root, rule: family.window, layerCount: layerCount, contextLength: contextLength
    ).window()
    tiedHead = try root.flag("tie_word_embeddings") ?? usual.hasTiedHead
    beginToken = try document.beginToken(usual: usual.beginToken)
    endTokens = try document.endTokens(usual: usual.endToken)
    try document.checkActivation(keys.activation)
    try ForeignKeys.check(root, headSize: headSize)
    try check(path: document.folder)
  }

  /// The configuration that a llama2.c header stands for.
  ///
  /// Its models write token 1 between texts, so a continuation ends at 1 as well as at 2.
  public init(header: Llama2CHeader) {
    spelling = LlamaSpelling()
    hiddenSize = header.hiddenSize
    intermediateSize = header.intermediateSize
    layerCount = header.layerCount
    headCount = header.headCount
    keyValueHeadCount = header.keyValueHeadCount
    headSize = header.hiddenSize / max(header.headCount, 1)
    vocabularyCount = header.vocabularySize
    contextLength = header.contextLength
    normEpsilon = 1e-5
    rotary = RotaryScaling(base: 10_000, kind: .none)
    rowOrder = .interleaved
    slidingWindow = nil
    tiedHead = header.sharesClassifier
    inputBias = false
    outputBias = false
    beginToken = 1
    endTokens = [1, 2]
  }

  // MARK: Checks

  /// A million times those of today's models; bytes and operations of so many can be counted.
  private static let weightLimit = 1e16

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
      HostsError("cannot use the model \(path): \(problem); check its config.json or header")
    }
    let sizes = [
      (spelling.hiddenSize, hiddenSize), (spelling.intermediateSize, intermediateSize),
      (spelling.layerCount, layerCount), (spelling.headCount, headCount),
      (spelling.keyValueHeadCount, keyValueHeadCount), ("head_dim", headSize),
      (spelling.vocabularyCount, vocabularyCount), (spelling.contextLength, contextLength),
    ]
    for (name, size) in sizes where size < 1 || size > 1 << 24 {
      throw refuse("\(name) is \(size), which is not in 1…\(1 << 24)")
    }
    guard layerCount <= 1 << 16, headCount * headSize <= 1 << 24 else {
      throw refuse("\(spelling.layerCount) \(layerCount) or heads \(headCount) × \(headSize) is absurd")
    }
    guard weightCount <= GatedDecoder.weightLimit else {
      throw refuse("its sizes make \(weightCount) weights, which is absurd")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw refuse(
        "\(spelling.headCount) \(headCount) is no multiple of \(spelling.keyValueHeadCount) \(keyValueHeadCount)")
    }
    guard headSize % 2 == 0 else { throw refuse("head_dim \(headSize) is odd, so rotary pairs do not come out even") }
    guard normEpsilon > 0, normEpsilon < 1 else { throw refuse("\(spelling.normEpsilon) is \(normEpsilon)") }
    if let slidingWindow, slidingWindow < 1 { throw refuse("sliding_window is \(slidingWindow)") }
    if let problem = rotary.problem { throw refuse(problem) }
  }
}
