import Transformer

/// The four inputs that a block's matrices read.
public enum MatrixInput: String, CaseIterable, Sendable {
  /// The normed residual stream that q, k and v read.
  case attention
  /// The output of attention, head by head, that o reads.
  case attended
  /// The normed residual stream that gate and up read.
  case mlp
  /// The gated activation that down reads.
  case hidden

  /// Place in the canonical order, 0 first.
  public var index: Int {
    switch self {
    case .attention: 0
    case .attended: 1
    case .mlp: 2
    case .hidden: 3
    }
  }

  /// The matrices that read it.
  private var matrices: [WeightMatrix] {
    switch self {
    case .attention: [.q, .k, .v]
    case .attended: [.o]
    case .mlp: [.gate, .up]
    case .hidden: [.down]
    }
  }

  /// The first of the matrices that a block applies to it; nil where the block has none of them.
  func firstProduct(in block: Block) -> Product? {
    let own = matrices.filter(block.matrices.contains).map { block.product(of: $0) }
    return own.min { $0.index < $1.index }?.step
  }
}

/// What constant regions add to their rows for a unit value, by arithmetic alone: Σ_{j∈J} x_j of the inputs x of a
/// matrix, J the columns of a block.
public struct InputSums: Equatable, Sendable {
  /// Layers of the model.
  public let layerCount: Int
  /// The number of column blocks of the widest input.
  public let blockCount: Int
  /// The mean over all positions of all baselines, `[layer, site, block]`; not a number where a site has fewer blocks.
  public let sumMean: [Float]
  /// The root mean square over the same, `[layer, site, block]`.
  public let sumRMS: [Float]

  /// Takes mean and root mean square, `[layer, site, block]` both.
  public init(layerCount: Int, blockCount: Int, sumMean: [Float], sumRMS: [Float]) {
    let count = layerCount * MatrixInput.allCases.count * blockCount
    precondition(sumMean.count == count && sumRMS.count == count, "[layer, site, block]")
    self.layerCount = layerCount
    self.blockCount = blockCount
    self.sumMean = sumMean
    self.sumRMS = sumRMS
  }
}
