/// The seven weight matrices of a decoder block, in canonical order.
public enum WeightMatrix: String, CaseIterable, Sendable {
  /// The matrices of queries, keys, values and of attention's output; of the gate, of what it multiplies, and of what
  /// takes both to the residual stream.
  case q, k, v, o, gate, up, down

  /// Place in the canonical order, 0 first.
  public var index: Int {
    switch self {
    case .q: 0
    case .k: 1
    case .v: 2
    case .o: 3
    case .gate: 4
    case .up: 5
    case .down: 6
    }
  }
}
