import CKernels
import LinearAlgebra

/// The gated activation `gate = silu(gate) · factor`, element by element and in place (Shazeer 2020).
public struct Activation: Step {
  /// The slot that goes through the activation and holds the result.
  public let gate: Slot
  /// The slot that the activation is multiplied with.
  public let factor: Slot
  /// Floats of a row: the hidden units of the feed-forward layer.
  public let width: Int

  /// The activation of `gate`, multiplied with `factor`.
  public init(_ gate: Slot, times factor: Slot, width: Int) {
    self.gate = gate
    self.factor = factor
    self.width = width
  }

  public var inputs: [Slot] { [gate, factor] }
  public var outputs: [Slot] { [gate] }
  public var widths: [Slot: Int] { [gate: width, factor: width] }
  public var equation: String { "\(gate.letter) = silu(\(gate.letter))·\(factor.letter)" }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    locus_gated_product(work.panel[gate].view.base, work.panel[factor].view.base, work.range.count * width)
  }

  /// Computes some columns alone, `[rows, columns]` both, in place of those of `gate`.
  public func forward(_ gate: MutableMatrixView, times factor: MutableMatrixView) {
    for row in 0..<gate.rows { locus_gated_product(gate.row(row), factor.row(row), gate.columns) }
  }

  // MARK: Reverse

  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let gradient = work.derivative(gate)
    work.add(to: factor) { ofFactor, adding in
      withArguments(work, index, gradient, ofFactor, adding) { locus_gated_product_pull_back(&$0) }
    }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    withArguments(work, index, work.derivative(gate), work.derivative(factor), false) {
      locus_gated_product_push_forward(&$0)
    }
  }

  private func withArguments(
    _ work: DerivativeWork, _ index: Int, _ ofGate: MutableMatrixView, _ ofFactor: MutableMatrixView, _ adding: Bool,
    _ body: (inout locus_gate_derivative_arguments) -> Void
  ) {
    let (gates, factors) = (work.input(0, of: index), work.input(1, of: index))
    work.valueRows.withOptionalBase { rows in
      var arguments = locus_gate_derivative_arguments(
        gate: gates.base, up: factors.base, gate_stride: gates.stride, up_stride: factors.stride, value_rows: rows,
        gate_derivative: ofGate.base, up_derivative: ofFactor.base, gate_derivative_stride: ofGate.stride,
        up_derivative_stride: ofFactor.stride, rows: ofGate.rows, columns: width, adding: adding)
      body(&arguments)
    }
  }

  // MARK: Reach

  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .columns(columns, of: gate) }
}
