import Perturbations
import Transformer

extension InputSums {
  /// The root mean squares of the column blocks of a matrix of a layer, up to the first that is no number.
  func roots(layer: Int, matrix: WeightMatrix) -> [Double] { blocks(sumRMS, layer, matrix) }

  /// The means of the column blocks of a matrix of a layer, up to the first that is no number.
  func means(layer: Int, matrix: WeightMatrix) -> [Double] { blocks(sumMean, layer, matrix) }

  private func blocks(_ values: [Float], _ layer: Int, _ matrix: WeightMatrix) -> [Double] {
    guard (0..<layerCount).contains(layer) else { return [] }
    let first = (layer * MatrixInput.allCases.count + matrix.input.index) * blockCount
    return values[first..<first + blockCount].prefix { !$0.isNaN }.map(Double.init)
  }
}

extension WeightMatrix {
  fileprivate var input: MatrixInput {
    switch self {
    case .q, .k, .v: .attention
    case .o: .attended
    case .gate, .up: .mlp
    case .down: .hidden
    case .embedding, .head: preconditionFailure("a matrix of a layer")
    }
  }
}
