import Archive
import Perturbations
import Transformer

/// How large the matrices of a screened model are and how many layers it has: the outlines that maps are drawn in.
public struct ModelExtent: Sendable {
  /// How many layers the model has; nil where the file does not say, as those of earlier versions.
  public let layerCount: Int?
  private var shapes: [WeightMatrix: (rows: Int, columns: Int)] = [:]

  /// Takes what the file says; else matrices reach as far as regions were screened in any layer.
  init(_ known: MatrixShapes?, regions: [Region]) {
    layerCount = known?.layerCount
    if let known {
      for matrix in known.matrices where !matrix.isOuter { shapes[matrix] = known.shape(of: matrix) }
    } else {
      for region in regions {
        let known = shapes[region.matrix] ?? (0, 0)
        shapes[region.matrix] = (
          max(known.rows, region.rows.upperBound), max(known.columns, region.columns.upperBound)
        )
      }
    }
  }

  /// Whether the file holds the shapes.
  public var isKnown: Bool { layerCount != nil }

  /// The rows and columns of a matrix; 0 where nothing is known.
  public func shape(of matrix: WeightMatrix) -> (rows: Int, columns: Int) { shapes[matrix] ?? (0, 0) }

  /// Matrices that the model has and of which there is no region in any layer; none where the file does not say.
  public func absentMatrices(screened: Set<WeightMatrix>) -> [WeightMatrix] {
    isKnown ? WeightMatrix.allCases.filter { shapes[$0] != nil && !screened.contains($0) } : []
  }
}
