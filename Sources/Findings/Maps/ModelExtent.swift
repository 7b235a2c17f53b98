import Archive
import Perturbations
import Transformer

/// How large the matrices of a screened model are and how many layers it has: the outlines that maps are drawn in.
struct ModelExtent: Sendable {
  /// nil where the file does not tell, as those of earlier versions.
  let layerCount: Int?
  private var shapes: [WeightMatrix: (rows: Int, columns: Int)] = [:]

  /// What the file tells; else matrices reach as far as regions were screened in any layer.
  init(_ told: MatrixShapes?, regions: [Region]) {
    layerCount = told?.layerCount
    if let told {
      for matrix in told.matrices { shapes[matrix] = told.shape(of: matrix) }
    } else {
      for region in regions {
        let known = shapes[region.matrix] ?? (0, 0)
        shapes[region.matrix] = (
          max(known.rows, region.rows.upperBound), max(known.columns, region.columns.upperBound)
        )
      }
    }
  }

  /// Whether the file tells the shapes.
  var isTold: Bool { layerCount != nil }

  func shape(of matrix: WeightMatrix) -> (rows: Int, columns: Int) { shapes[matrix] ?? (0, 0) }

  /// Matrices that the model has and of which there is no region in any layer; none where the file does not tell.
  func absentMatrices(screened: Set<WeightMatrix>) -> [WeightMatrix] {
    isTold ? WeightMatrix.allCases.filter { shapes[$0] != nil && !screened.contains($0) } : []
  }
}
