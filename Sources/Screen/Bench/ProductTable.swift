import LinearAlgebra
import Transformer

/// The speed of a model's products by their shape: by the kernel that screens use and by BLAS on float32 weights.
public struct ProductTable: Codable, Sendable {
  /// The products of one shape.
  public struct Line: Codable, Sendable {
    /// Names of the matrices of this shape.
    public let matrices: [String]
    /// Rows of the matrices.
    public let outputs: Int
    /// Columns of the matrices.
    public let inputs: Int
    /// Operations per second of one thread, for each of `rowCounts`.
    public let own: [Double]
    /// Operations per second of BLAS, for each of `rowCounts`.
    public let blas: [Double]
  }

  /// Rows of the panels: a token alone, few and many sequences decoded together, and verdicts.
  public static let rowCounts = [1, 8, 64, 256, 1024]

  /// The shapes of the model.
  public let lines: [Line]

  /// Measures the products of every shape in `model`, `seconds` each.
  public init(model: Model, seconds: Double) {
    let workspace = ProductWorkspace()
    var shapes: [(projection: Projection, names: [String])] = []
    func add(_ projection: Projection, _ name: String) {
      if let index = shapes.firstIndex(where: {
        $0.projection.rows == projection.rows && $0.projection.columns == projection.columns
      }) {
        shapes[index].names.append(name)
      } else {
        shapes.append((projection, [name]))
      }
    }
    for matrix in model.shape.matrices { add(model.layers[0][matrix], matrix.rawValue) }
    add(model.head, "head")
    BLAS.useThreads(1)
    lines = shapes.map { projection, names in
      let widened = Matrix(rows: projection.rows, columns: projection.columns)
      projection.weight.widen(rows: 0..<projection.rows, into: widened.view.base)
      var own: [Double] = []
      var blas: [Double] = []
      for rows in ProductTable.rowCounts {
        let input = Matrix(rows: rows, columns: projection.columns)
        let output = Matrix(rows: rows, columns: projection.rows)
        for row in 0..<rows { input.view[row, row % projection.columns] = 1 }
        let operations = Operations.product(rows: rows, outputs: projection.rows, inputs: projection.columns)
        own.append(
          operations
            / MachineSpeed.best(seconds: seconds) {
              projection.multiply(input.view.reading, into: output.view, biased: false, in: workspace)
            })
        blas.append(
          operations
            / MachineSpeed.best(seconds: seconds) {
              BLAS.assignProduct(of: input.view.reading, withTransposeOf: widened.view.reading, to: output.view)
            })
      }
      return Line(matrices: names, outputs: projection.rows, inputs: projection.columns, own: own, blas: blas)
    }
  }
}
