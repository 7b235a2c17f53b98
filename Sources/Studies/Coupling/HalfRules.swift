import LinearAlgebra
import Transformer

/// What a half of a block whose norm comes first makes of its own input as a tangent: nothing, because such a norm
/// forgets lengths, but for the ε of the norm. Both are exact rules, which products with Jacobians have to obey.
struct HalfRules {
  /// ‖Σ_t (∂ attention / ∂ x_t) · x_t‖ over the length of what attention adds, at the last token.
  let attention: Double
  /// ‖(∂ MLP / ∂ x) · x‖ over the length of what the MLP adds, x being the stream behind attention.
  let mlp: Double

  /// No rules, where a block has not two halves that follow each other.
  static let none = HalfRules(attention: .nan, mlp: .nan)

  init(attention: Double, mlp: Double) {
    self.attention = attention
    self.mlp = mlp
  }

  /// Pushes the residual stream through block `layer` as a tangent of itself, and anew from the middle.
  init(_ tangents: TangentPass, layer: Int) {
    let tape = tangents.tape
    guard tape.pass.shape.blocks[layer].value(at: .residualMiddle) != nil else {
      self = .none
      return
    }
    let middle = MiddleTangent(last: tape.rows.count - 1)
    let after = tangents.run(tape.stream(layer), from: layer, to: layer + 1, hook: middle)
    let last = tape.rows.count - 1
    let (before, end) = (tape.stream(layer).values(last), tape.stream(layer + 1).values(last))
    func share(_ tangent: [Double], _ start: [Double], _ end: [Double]) -> Double {
      zip(tangent, start).map(-).length / zip(end, start).map(-).length
    }
    self.init(
      attention: share(middle.tangent, before, middle.values),
      mlp: share(after.values(last), middle.values, end))
  }
}

/// Notes the tangent behind attention, and begins anew there with the stream itself.
private final class MiddleTangent: DerivativeHook {
  private let last: Int
  private(set) var tangent: [Double] = []
  private(set) var values: [Double] = []

  init(last: Int) { self.last = last }

  func places(ofLayer layer: Int) -> Set<Place> { [.site(.residualMiddle)] }

  func visit(_ visit: DerivativeVisit) {
    tangent = visit.derivative.reading.values(last)
    values = visit.values.values(last)
    visit.derivative.copy(visit.values)
  }
}

extension MatrixView {
  /// The numbers of a row.
  func values(_ row: Int) -> [Double] {
    UnsafeBufferPointer(start: self.row(row), count: columns).map(Double.init)
  }
}
