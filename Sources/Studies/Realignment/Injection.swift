import LinearAlgebra
import Training
import Transformer

/// The additions of a side network to the residual stream between attention and MLP of every layer: it reads that of
/// layer 0, before anything is added.
///
/// Of the network's outputs, index · layers + layer goes to the index of the layer. Layers are run again on the way
/// back, and then get the same additions.
final class Injection: Hook, DerivativeHook {
  private let layerCount: Int
  private let pass: SidePass
  private let parameters: ParameterValues
  /// Additions of the rows that run, `[rows, hidden · layers]`.
  private(set) var additions: MatrixView?
  /// The lengths of the gradients at the layers, squared; filled on the way back.
  private(set) var slopeSquares: [Double]

  init(_ pass: SidePass, _ parameters: ParameterValues, layerCount: Int) {
    self.pass = pass
    self.parameters = parameters
    self.layerCount = layerCount
    slopeSquares = Array(repeating: 0, count: layerCount)
  }

  func places(ofLayer layer: Int) -> Set<Place> { [.site(.residualMiddle)] }

  func visit(_ visit: Visit) {
    if additions == nil { additions = pass.run(visit.values.reading, parameters) }
    guard let additions else { return }
    for row in 0..<visit.values.rows {
      let (stream, own) = (visit.values.row(row), additions.row(row))
      for index in 0..<visit.values.columns { stream[index] += own[index * layerCount + visit.layer] }
    }
  }

  /// Takes the gradient of the layer's additions.
  func visit(_ visit: DerivativeVisit) {
    let target = pass.outputSlope
    for row in 0..<visit.derivative.rows {
      let (own, slope) = (target.row(row), visit.derivative.row(row))
      for index in 0..<visit.derivative.columns {
        own[index * layerCount + visit.layer] = slope[index]
        slopeSquares[visit.layer] += Double(slope[index]) * Double(slope[index])
      }
    }
  }
}
