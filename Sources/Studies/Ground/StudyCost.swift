import Transformer

/// What a study costs, before it is run.
public struct StudyCost: Equatable, Sendable {
  /// Floating-point operations, at most.
  public var operations = 0.0
  /// Bytes of the study's arrays in the file, about.
  public var outputBytes = 0.0
  /// Bytes that a rank keeps of what the model does on texts, about: what grows with texts as well as with the model.
  public var keptBytes = 0.0

  /// A cost of nothing.
  public init(operations: Double = 0, outputBytes: Double = 0, keptBytes: Double = 0) {
    self.operations = operations
    self.outputBytes = outputBytes
    self.keptBytes = keptBytes
  }

  /// The cost of one study behind another one: what is kept goes with the study that keeps it.
  public static func + (one: StudyCost, other: StudyCost) -> StudyCost {
    StudyCost(
      operations: one.operations + other.operations, outputBytes: one.outputBytes + other.outputBytes,
      keptBytes: max(one.keptBytes, other.keptBytes))
  }

  /// Operations of tokens that run through all blocks, with the readout of each if wanted; what attention takes
  /// besides, some percent for short rows, is left out.
  public static func pass(_ shape: HostShape, tokens: Int, readout: Bool = false) -> Double {
    let head = readout ? Double(shape.vocabularyCount) * Double(shape.hiddenSize) : 0
    return 2 * Double(tokens) * (shape.matrixElements + head)
  }

  /// Operations that a piece takes at most, some ten seconds of a core: a rank that is to stop waits for no more.
  private static let pieceOperations = 5e11

  /// Tokens of a piece: 4,096, or fewer where the model is large.
  static func pieceTokens(_ shape: HostShape) -> Int {
    let one = pass(shape, tokens: 1, readout: true)
    return max(1, min(4096, Int(pieceOperations / one)))
  }
}
