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

  public func forward(_ work: BlockWork, at index: Int) {
    locus_gated_product(work.panel[gate].view.base, work.panel[factor].view.base, work.range.count * width)
  }

  /// Computes some columns alone, `[rows, columns]` both, in place of those of `gate`.
  public func forward(_ gate: MutableMatrixView, times factor: MutableMatrixView) {
    for row in 0..<gate.rows { locus_gated_product(gate.row(row), factor.row(row), gate.columns) }
  }

  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .columns(columns, of: gate) }
}
