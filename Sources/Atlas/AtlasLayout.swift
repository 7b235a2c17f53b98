import Archive
import Transformer

/// The sizes of a model, which say what unit a row or a column of a matrix is of.
struct AtlasLayout: Equatable {
  /// Blocks of the model.
  let layerCount: Int
  /// Indices of the residual stream; nil: no file says.
  let residualCount: Int?
  /// Units of the feed-forward part; nil: no file says.
  let neuronCount: Int?
  /// Units that the output matrix of attention reads; nil: no file says.
  let attendedCount: Int?
  /// Rows of the matrix of keys; nil: no file says.
  let keyCount: Int?
  /// Attention heads of a layer; nil: no file says, and heads are left out.
  let headCount: Int?

  /// How many of a subject a layer has; nil where nobody says, and of regions.
  func count(of subject: AtlasSubject) -> Int? {
    switch subject {
    case .residual: residualCount
    case .neuron: neuronCount
    case .head: headCount
    case .region: nil
    }
  }

  /// The units that some rows of a matrix make, or some columns read; nil where the layout does not say.
  func units(_ range: Range<Int>, of matrix: WeightMatrix, _ side: AtlasSide) -> Range<Int>? {
    guard let subject = matrix.subject(side), let count = count(of: subject) else { return nil }
    guard subject == .head else { return range.clamped(to: 0..<count) }
    guard let size = headSize else { return nil }
    // Each head of keys and values is read by as many query heads.
    let isShared = matrix == .k || matrix == .v
    let group = isShared ? count / max(1, (keyCount ?? 0) / size) : 1
    let heads = range.lowerBound / size..<(range.upperBound + size - 1) / size
    return (heads.lowerBound * group..<heads.upperBound * group).clamped(to: 0..<count)
  }

  /// Units of `attn_pre_out` that a head has; nil: nobody says.
  var headSize: Int? {
    guard let headCount, let attendedCount, headCount > 0, attendedCount % headCount == 0 else { return nil }
    return attendedCount / headCount
  }
}

extension AtlasLayout {
  /// Joins what files say; those of one model say the same.
  init(shapes: MatrixShapes?, grids: [Site: (layers: Int, width: Int)], headCount: Int?) {
    let residual = Site.allCases.filter { AtlasSubject.ofUnits(at: $0) == .residual }.compactMap { grids[$0]?.width }
    layerCount = shapes?.layerCount ?? grids.values.map(\.layers).max() ?? 0
    residualCount = shapes?.shape(of: .down)?.rows ?? shapes?.shape(of: .o)?.rows ?? residual.first
    neuronCount = shapes?.shape(of: .down)?.columns ?? grids[.mlpHidden]?.width
    attendedCount = shapes?.shape(of: .o)?.columns ?? grids[.attentionOutput]?.width
    keyCount = shapes?.shape(of: .k)?.rows
    self.headCount = headCount
  }
}
