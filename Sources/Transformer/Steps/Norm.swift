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

  public func forward(_ work: BlockWork, at index: Int) {
    forward(work(input).reading, gain: work.weights.gains[index], into: work(output))
  }

  /// The norm of rows `[rows, width]`.
  func forward(_ input: MatrixView, gain: [Float], into output: MutableMatrixView) {
    locus_rms_norm(
      input.base, input.stride, gain, epsilon, output.base, output.stride, input.rows, input.columns)
  }

  /// Every element is divided by the size of all of them.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach { .everywhere }
}
