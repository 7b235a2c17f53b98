import Transformer

extension Activation.Function {
  /// The names that transformers has for functions of the feed-forward layer (`activations.py`). Those of one function
  /// differ in the rounding of a constant.
  private static let names: [(name: String, function: Activation.Function)] = [
    ("silu", .silu), ("swish", .silu), ("gelu", .gelu), ("gelu_python", .gelu), ("gelu_new", .geluTanh),
    ("gelu_pytorch_tanh", .geluTanh), ("gelu_python_tanh", .geluTanh), ("gelu_fast", .geluTanh),
    ("gelu_accurate", .geluTanh), ("relu", .relu), ("quick_gelu", .quickGelu),
  ]

  static var transformersNames: [String] { names.map(\.name) }

  /// The function of that name; nil where it is not computed.
  init?(transformersName: String) {
    guard let match = Self.names.first(where: { $0.name == transformersName }) else { return nil }
    self = match.function
  }
}
