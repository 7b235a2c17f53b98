import CKernels
import LinearAlgebra

/// Root-mean-square normalisation: `output = input / √(mean input² + ε) · gain` (Zhang and Sennrich 2019).
public struct Norm: Step {
  /// The name of its gain behind the layer's, such as `input_layernorm`.
  public let name: String
  /// The slot that is normalised.
  public let input: Slot
  /// The slot that takes the result.
  public let output: Slot
  /// Floats of a row, over which the mean square is taken.
  public let width: Int
  /// What is added to the mean square.
  public let epsilon: Float

  /// A norm whose gain is the tensor `name.weight`, `[width]`.
  public init(_ name: String, _ input: Slot, _ output: Slot, width: Int, epsilon: Float) {
    self.name = name
    self.input = input
    self.output = output
    self.width = width
    self.epsilon = epsilon
  }

  public var inputs: [Slot] { [input] }
  public var outputs: [Slot] { [output] }
  public var widths: [Slot: Int] { [input: width, output: width] }
  public var tensors: [StepTensor] { [StepTensor(name + ".weight", [width], neutral: 1)] }
  public var equation: String { "\(output.letter) = norm(\(input.letter))" }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    forward(work(input).reading, gain: work.weights.gains[index], into: work(output))
  }

  /// The norm of rows `[rows, width]`.
  func forward(_ input: MatrixView, gain: [Float], into output: MutableMatrixView) {
    locus_rms_norm(
      input.base, input.stride, gain, epsilon, output.base, output.stride, input.rows, input.columns)
  }

  // MARK: Reverse

  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let (values, gain) = (work.input(0, of: index), work.weights.gains[index])
    let gradient = work.take(output)
    if let sums = work.parameters?[.gain(step: index, layer: work.layer)] {
      addGainGradient(of: gradient.reading, values: values, valueRows: work.valueRows, to: sums)
    }
    work.add(to: input) { result, adding in
      pullBack(gradient.reading, values: values, valueRows: work.valueRows, gain: gain, into: result, adding: adding)
    }
  }

  /// The gradient of what was normalised, `values`, from that of the result, both `[rows, width]`; row by row, or for
  /// the rows of the values that `valueRows` name.
  func pullBack(
    _ gradient: MatrixView, values: MatrixView, valueRows: [Int32]?, gain: [Float], into result: MutableMatrixView,
    adding: Bool
  ) {
    withArguments(gradient, values, valueRows, gain, result, adding) { locus_rms_norm_pull_back(&$0) }
  }

  /// Adds the gradient of the gain to a row of sums, `[1, width]`.
  func addGainGradient(of gradient: MatrixView, values: MatrixView, valueRows: [Int32]?, to sums: Matrix) {
    precondition(sums.rows == 1 && sums.columns == width, "the gradient of a gain is a row")
    withArguments(gradient, values, valueRows, [], sums.view, true) {
      locus_rms_norm_gain_gradient(&$0, sums.view.base)
    }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    let tangent = work.take(input, keeping: input != output)
    work.set(output) {
      pushForward(
        tangent.reading, values: work.input(0, of: index), valueRows: work.valueRows,
        gain: work.weights.gains[index], into: $0)
    }
  }

  /// The tangent of the result from that of what was normalised, both `[rows, width]`.
  func pushForward(
    _ tangent: MatrixView, values: MatrixView, valueRows: [Int32]?, gain: [Float], into result: MutableMatrixView
  ) {
    withArguments(tangent, values, valueRows, gain, result, false) { locus_rms_norm_push_forward(&$0) }
  }

  private func withArguments(
    _ given: MatrixView, _ values: MatrixView, _ valueRows: [Int32]?, _ gain: [Float], _ result: MutableMatrixView,
    _ adding: Bool, _ body: (inout locus_norm_derivative_arguments) -> Void
  ) {
    precondition(valueRows.map { $0.count == given.rows } ?? (values.rows >= given.rows), "values for each row")
    gain.withUnsafeBufferPointer { gain in
      valueRows.withOptionalBase { rows in
        var arguments = locus_norm_derivative_arguments(
          x: values.base, x_stride: values.stride, x_rows: rows, gain: gain.baseAddress, epsilon: epsilon,
          given: given.base, given_stride: given.stride, result: result.base, result_stride: result.stride,
          rows: given.rows, columns: width, adding: adding)
        body(&arguments)
      }
    }
  }

  // MARK: Reach

  /// Every element is divided by the size of all of them.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .everywhere }
}
