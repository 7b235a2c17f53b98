import LinearAlgebra

/// The sum of the residual stream and what a part of the block adds to it, where that has gone through a norm first:
/// `output += input`.
public struct Add: Step {
  /// The slot that is added.
  public let input: Slot
  /// The slot that it is added to.
  public let output: Slot
  /// Floats of a row.
  public let width: Int

  /// Adds `input` to `output`, rows of `width` floats both.
  public init(_ input: Slot, to output: Slot = .residual, width: Int) {
    self.input = input
    self.output = output
    self.width = width
  }

  public var inputs: [Slot] { [input, output] }
  public var outputs: [Slot] { [output] }
  public var widths: [Slot: Int] { [input: width, output: width] }
  public var equation: String { "\(output.letter) += \(input.letter)" }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) { forward(work(input).reading, into: work(output)) }

  /// Adds rows, `[rows, width]` both.
  public func forward(_ input: MatrixView, into output: MutableMatrixView) { output.add(input) }

  // MARK: Reverse

  /// The gradient of what it is added to is that of the sum, and stays where it is.
  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let gradient = work.derivative(output).reading
    work.add(to: input) { result, adding in adding ? result.add(gradient) : result.copy(gradient) }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    guard work.holds(input) else { return }
    let tangent = work.derivative(input).reading
    work.add(to: output) { result, adding in adding ? result.add(tangent) : result.copy(tangent) }
  }

  // MARK: Reach

  /// Each column of the sum is that of its parts.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .columns(columns, of: output) }
}
