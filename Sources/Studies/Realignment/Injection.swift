import LinearAlgebra
import Training
import Transformer

/// The additions of a side network to the residual stream between attention and MLP of some layers: it reads that of
/// layer 0, before anything is added.
///
/// Of the network's outputs, index · slots + slot goes to the index of the slot's layer. Layers run again on the way
/// back, and then get the same additions.
final class Injection: Hook, DerivativeHook {
  /// The number of the slot of each layer that gets additions.
  private let slots: [Int: Int]
  private let pass: SidePass
  private let parameters: ParameterValues
  /// Whether rows are decoded, so that those of layer 0 are others each time.
  private let isDecoding: Bool
  /// Additions of the rows that run, `[rows, hidden · slots]`.
  private(set) var additions: MatrixView?
  /// The lengths of the gradients at the layers of the slots, squared; filled on the way back.
  private(set) var slopeSquares: [Double]

  /// Additions to `layers`, which ascend, of rows that run once and back, or of rows that are decoded.
  init(_ pass: SidePass, _ parameters: ParameterValues, layers: [Int], isDecoding: Bool = false) {
    slots = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($0.element, $0.offset) })
    self.pass = pass
    self.parameters = parameters
    self.isDecoding = isDecoding
    slopeSquares = Array(repeating: 0, count: layers.count)
  }

  func places(ofLayer layer: Int) -> Set<Place> {
    layer == 0 || slots[layer] != nil ? [.site(.residualMiddle)] : []
  }

  func visit(_ visit: Visit) {
    var isRead = false
    if additions == nil || isDecoding && visit.layer == 0 {
      additions = pass.run(visit.values.reading, parameters)
      isRead = true
    }
    guard let additions, let slot = slots[visit.layer] else { return }
    for row in 0..<visit.values.rows {
      let source = visit.isScoredOnly && !isRead ? visit.rows.scored[row] : row
      let (stream, own) = (visit.values.row(row), additions.row(source))
      for index in 0..<visit.values.columns { stream[index] += own[index * slots.count + slot] }
    }
  }

  /// Takes the gradient of the layer's additions.
  func visit(_ visit: DerivativeVisit) {
    guard let slot = slots[visit.layer] else { return }
    let target = pass.outputSlope
    for row in 0..<visit.derivative.rows {
      let (own, slope) = (target.row(row), visit.derivative.row(row))
      for index in 0..<visit.derivative.columns {
        own[index * slots.count + slot] = slope[index]
        slopeSquares[slot] += Double(slope[index]) * Double(slope[index])
      }
    }
  }
}
