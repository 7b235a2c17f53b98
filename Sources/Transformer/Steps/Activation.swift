import CKernels
import LinearAlgebra

/// The activation of hidden units, element by element and in place: `gate = f(gate) · factor` (Shazeer 2020), or
/// `gate = f(gate)` where nothing is multiplied with it.
public struct Activation: Step {
  /// What is applied to each element.
  public enum Function: String, Sendable {
    /// x / (1 + e⁻ˣ), also named swish.
    case silu
    /// x Φ(x) with the normal distribution Φ, ½ (1 + erf(x / √2)) (Hendrycks and Gimpel 2016).
    case gelu
    /// The same with ½ (1 + tanh(√(2/π) (x + 0.044715 x³))) for Φ.
    case geluTanh = "gelu_tanh"
    /// The larger of x and 0.
    case relu
    /// x / (1 + e^(−1.702 x)).
    case quickGelu = "quick_gelu"

    /// Not less than its slope anywhere.
    public var steepest: Float {
      switch self {
      case .silu, .quickGelu: 1.1
      case .gelu, .geluTanh: 1.13
      case .relu: 1
      }
    }
    /// Its size is nowhere above the larger of x and this.
    public var floor: Float {
      switch self {
      case .silu: 0.28
      case .gelu, .geluTanh, .quickGelu: 0.18
      case .relu: 0
      }
    }

    /// The function's name in the kernels.
    var code: locus_activation {
      switch self {
      case .silu: LOCUS_SILU
      case .gelu: LOCUS_GELU
      case .geluTanh: LOCUS_GELU_TANH
      case .relu: LOCUS_RELU
      case .quickGelu: LOCUS_QUICK_GELU
      }
    }
  }

  /// The slot that goes through the activation and holds the result.
  public let gate: Slot
  /// The slot that the activation is multiplied with; nil for none.
  public let factor: Slot?
  /// Floats of a row: the hidden units of the feed-forward layer.
  public let width: Int
  /// What is applied to each element.
  public let function: Function

  /// The activation of `gate`, multiplied with `factor` where there is one.
  public init(_ gate: Slot, times factor: Slot? = nil, width: Int, function: Function = .silu) {
    self.gate = gate
    self.factor = factor
    self.width = width
    self.function = function
  }

  public var inputs: [Slot] { [gate] + (factor.map { [$0] } ?? []) }
  public var outputs: [Slot] { [gate] }
  public var widths: [Slot: Int] { Dictionary(uniqueKeysWithValues: inputs.map { ($0, width) }) }
  public var equation: String {
    "\(gate.letter) = \(function.rawValue)(\(gate.letter))" + (factor.map { "·\($0.letter)" } ?? "")
  }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    locus_activate(
      function.code, work.panel[gate].view.base, factor.map { UnsafePointer(work.panel[$0].view.base) },
      work.range.count * width)
  }

  /// Computes some columns alone, `[rows, columns]` both, in place of those of `gate`; `factor` is nil where the step
  /// has none.
  public func forward(_ gate: MutableMatrixView, times factor: MutableMatrixView?) {
    precondition((factor == nil) == (self.factor == nil), "a factor where the step has one")
    for row in 0..<gate.rows {
      locus_activate(function.code, gate.row(row), factor.map { UnsafePointer($0.row(row)) }, gate.columns)
    }
  }

  // MARK: Reverse

  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let gradient = work.derivative(gate)
    guard let factor else {
      return withArguments(work, index, gradient, nil, false) { locus_activation_pull_back(&$0) }
    }
    work.add(to: factor) { ofFactor, adding in
      withArguments(work, index, gradient, ofFactor, adding) { locus_activation_pull_back(&$0) }
    }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    withArguments(work, index, work.derivative(gate), factor.map(work.derivative), false) {
      locus_activation_push_forward(&$0)
    }
  }

  private func withArguments(
    _ work: DerivativeWork, _ index: Int, _ ofGate: MutableMatrixView, _ ofFactor: MutableMatrixView?, _ adding: Bool,
    _ body: (inout locus_activation_derivative_arguments) -> Void
  ) {
    let gates = work.input(0, of: index)
    let factors = factor.map { _ in work.input(1, of: index) }
    work.valueRows.withOptionalBase { rows in
      var arguments = locus_activation_derivative_arguments(
        function: function.code, gate: gates.base, up: factors?.base, gate_stride: gates.stride,
        up_stride: factors?.stride ?? 0, value_rows: rows, gate_derivative: ofGate.base, up_derivative: ofFactor?.base,
        gate_derivative_stride: ofGate.stride, up_derivative_stride: ofFactor?.stride ?? 0, rows: ofGate.rows,
        columns: width, adding: adding)
      body(&arguments)
    }
  }

  // MARK: Reach

  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .columns(columns, of: gate) }
}
