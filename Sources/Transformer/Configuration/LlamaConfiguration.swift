import Foundation
import Weights

/// The shape and constants of a model of the Llama family.
public struct LlamaConfiguration: Equatable, Sendable {
  /// The order in which a file stores the rows of q and k: it decides which weights a region names.
  public enum RowOrder: String, Sendable {
    /// Hugging Face's order: pairs (i, i + headSize / 2).
    case halfSplit = "half_split"  // Hugging Face: pairs (i, i + headSize / 2)
    /// llama2.c's order: pairs (2i, 2i + 1).
    case interleaved  // llama2.c: pairs (2i, 2i + 1)
  }

  /// Components of the residual stream.
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

  // MARK: Derived sizes

  /// Components of all query heads.
  public var queryWidth: Int { headCount * headSize }
  /// Components of all key heads.
  public var keyValueWidth: Int { keyValueHeadCount * headSize }

  /// `[out, in]` of a weight matrix.
  public func shape(of matrix: WeightMatrix) -> (rows: Int, columns: Int) {
    switch matrix {
    case .q: (queryWidth, hiddenSize)
    case .k, .v: (keyValueWidth, hiddenSize)
    case .o: (hiddenSize, queryWidth)
    case .gate, .up: (intermediateSize, hiddenSize)
    case .down: (hiddenSize, intermediateSize)
    }
  }

  // MARK: Reading

  /// Reads `config.json` of a model folder, or the header of a llama2.c file, without touching weights.
  public static func load(path: String) throws -> LlamaConfiguration {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw TransformerError(
        "cannot open the model \(path): there is no such file or folder"
          + AbsentPath.advice(path, wanted: "a Hugging Face folder or a llama2.c file"))
    }
    let configuration: LlamaConfiguration
    if isFolder.boolValue {
      configuration = try LlamaDocument(folder: path).configuration()
    } else {
      configuration = LlamaConfiguration(header: try Llama2CHeader(file: MappedFile(path: path)))
    }
    try configuration.check(path: path)
    return configuration
  }

  /// The configuration that a llama2.c header stands for.
  ///
  /// Its models write token 1 between texts, so a continuation ends at 1 as well as at 2.
  public init(header: Llama2CHeader) {
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

  init(
    hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int, keyValueHeadCount: Int, headSize: Int,
    vocabularyCount: Int, contextLength: Int, normEpsilon: Float, rotary: RotaryScaling, slidingWindow: Int?,
    tiedHead: Bool, inputBias: Bool, outputBias: Bool, beginToken: Int32?, endTokens: [Int32]
  ) {
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headSize = headSize
    self.vocabularyCount = vocabularyCount
    self.contextLength = contextLength
    self.normEpsilon = normEpsilon
    self.rotary = rotary
    self.rowOrder = .halfSplit
    self.slidingWindow = slidingWindow
    self.tiedHead = tiedHead
    self.inputBias = inputBias
    self.outputBias = outputBias
    self.beginToken = beginToken
    self.endTokens = endTokens
  }

  // MARK: Checks

  /// A million times those of today's models; bytes and operations of so many can be counted.
  private static let weightLimit = 1e16

  /// Weights of all matrices; a real number, because sizes that are possible each may together be beyond counting.
  private var weightCount: Double {
    let layer = WeightMatrix.allCases.reduce(0.0) { sum, matrix in
      let (rows, columns) = shape(of: matrix)
      return sum + Double(rows) * Double(columns)
    }
    return Double(layerCount) * layer + 2 * Double(vocabularyCount) * Double(hiddenSize)
  }

  /// Sizes come from a stranger's file: each is bounded before anything is multiplied or allocated.
  private func check(path: String) throws {
    func refuse(_ problem: String) -> TransformerError {
      TransformerError("cannot use the model \(path): \(problem); check its config.json or header")
    }
    let sizes = [
      ("hidden_size", hiddenSize), ("intermediate_size", intermediateSize), ("num_hidden_layers", layerCount),
      ("num_attention_heads", headCount), ("num_key_value_heads", keyValueHeadCount), ("head_dim", headSize),
      ("vocab_size", vocabularyCount), ("max_position_embeddings", contextLength),
    ]
    for (name, size) in sizes where size < 1 || size > 1 << 24 {
      throw refuse("\(name) is \(size), which is not in 1…\(1 << 24)")
    }
    guard layerCount <= 1 << 16, headCount * headSize <= 1 << 24 else {
      throw refuse("num_hidden_layers \(layerCount) or heads \(headCount) × \(headSize) is absurd")
    }
    guard weightCount <= LlamaConfiguration.weightLimit else {
      throw refuse("its sizes make \(weightCount) weights, which is absurd")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw refuse("num_attention_heads \(headCount) is no multiple of num_key_value_heads \(keyValueHeadCount)")
    }
    guard headSize % 2 == 0 else { throw refuse("head_dim \(headSize) is odd, so rotary pairs do not come out even") }
    guard normEpsilon > 0, normEpsilon < 1 else { throw refuse("rms_norm_eps is \(normEpsilon)") }
    if let slidingWindow, slidingWindow < 1 { throw refuse("sliding_window is \(slidingWindow)") }
    if let problem = rotary.problem { throw refuse(problem) }
  }
}
