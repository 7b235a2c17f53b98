import CKernels
import LinearAlgebra

/// Normalisation of rows, or of groups of their elements such as heads: by the root mean square,
/// `output = input / √(mean input² + ε) · gain` (Zhang and Sennrich 2019), or by mean and variance,
/// `output = (input − μ) / √(variance + ε) · gain + bias` (Ba et al. 2016). Input and output may be one slot.
public struct Norm: Step {
  /// What numbers are divided by.
  public enum Kind: Sendable {
    /// By the root of the mean square and ε.
    case rootMeanSquare
    /// Less the mean, by the root of the variance, that of the row itself, and ε.
    case layer
    /// Numbers stay as they are: the end of a model that has no norm there.
    case identity
  }

  /// How the gain is stored.
  public enum Gain: Sendable {
    /// The tensor is the gain.
    case asStored
    /// The gain is one more than the tensor, as in Gemma's files.
    case onePlusStored
    /// There is no tensor; the gain is 1.
    case none
  }

  /// The name of its module behind the layer's, such as `input_layernorm`.
  public let name: String
  /// The slot that is normalised.
  public let input: Slot
  /// The slot that takes the result.
  public let output: Slot
  /// Floats over which mean and mean square are taken.
  public let width: Int
  /// What is added to the mean square or the variance.
  public let epsilon: Float
  /// What numbers are divided by.
  public let kind: Kind
  /// How the gain is stored.
  public let gain: Gain
  /// Whether a bias is added.
  public let hasBias: Bool
  /// Groups of `width` floats in a row, each of which is normalised for itself, with the same gain: heads, or 1.
  public let groups: Int

  /// A norm whose gain is the tensor `name.weight`, `[width]`, and whose bias, if any, is `name.bias`.
  public init(
    _ name: String, _ input: Slot, _ output: Slot, width: Int, epsilon: Float, kind: Kind = .rootMeanSquare,
    gain: Gain = .asStored, hasBias: Bool = false, groups: Int = 1
  ) {
    precondition(kind != .identity || gain == .none && !hasBias, "an identity has no gain")
    precondition(kind == .layer || !hasBias, "only a norm by mean and variance adds a bias")
    self.name = name
    self.input = input
    self.output = output
    self.width = width
    self.epsilon = epsilon
    self.kind = kind
    self.gain = gain
    self.hasBias = hasBias
    self.groups = groups
  }

  public var inputs: [Slot] { [input] }
  public var outputs: [Slot] { [output] }
  public var widths: [Slot: Int] { Dictionary([input, output].map { ($0, groups * width) }) { own, _ in own } }
  public var tensors: [StepTensor] {
    let gains = gain == .none ? [] : [StepTensor(gainName, [width], neutral: gain == .onePlusStored ? 0 : 1)]
    return gains + (hasBias ? [StepTensor(biasName, [width], neutral: 0)] : [])
  }
  var gainName: String { name + ".weight" }
  var biasName: String { name + ".bias" }

  public var equation: String {
    let word =
      switch kind {
      case .rootMeanSquare: "norm"
      case .layer: "layernorm"
      case .identity: ""
      }
    let details = [groups > 1 ? "each of \(groups)" : nil, gain == .onePlusStored ? "1 + gain" : nil].compactMap { $0 }
    let suffix = details.isEmpty ? "" : " by " + details.joined(separator: ", ")
    return "\(output.letter) = \(word)(\(input.letter))\(hasBias ? " + b" : "")\(suffix)"
  }

  /// Whether rows are changed at all.
  private var isIdentity: Bool { kind == .identity }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    forward(work(input).reading, work.weights.norms[index], into: work(output))
  }

  /// The norm of rows `[rows, some groups · width]`; `output` may be the same memory.
  public func forward(_ input: MatrixView, _ weights: NormWeights, into output: MutableMatrixView) {
    precondition(input.columns % width == 0 && input.columns == output.columns, "whole groups")
    if isIdentity { return input.base == UnsafePointer(output.base) ? () : output.copy(input) }
    for first in stride(from: 0, to: input.columns, by: width) {
      let (source, target) = (input.base + first, output.base + first)
      if kind == .rootMeanSquare {
        locus_rms_norm(source, input.stride, weights.gain, epsilon, target, output.stride, input.rows, width)
      } else {
        weights.bias.withOptionalBase {
          locus_layer_norm(source, input.stride, weights.gain, $0, epsilon, target, output.stride, input.rows, width)
        }
      }
    }
  }

  // MARK: Reverse

  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let (values, weights) = (work.input(0, of: index), work.weights.norms[index])
    let gradient = work.take(output)
    if let sums = work.parameters?[.gain(step: index, layer: work.layer)] {
      addGainGradient(of: gradient.reading, values: values, valueRows: work.valueRows, to: sums)
    }
    if let sums = work.parameters?[.normBias(step: index, layer: work.layer)] {
      addBiasGradient(of: gradient.reading, to: sums)
    }
    work.add(to: input) { result, adding in
      pullBack(
        gradient.reading, values: values, valueRows: work.valueRows, weights, into: result, adding: adding)
    }
  }

  /// The gradient of what was normalised, `values`, from that of the result, both `[rows, groups · width]`; row by row,
  /// or for the rows of the values that `valueRows` name.
  func pullBack(
    _ gradient: MatrixView, values: MatrixView, valueRows: [Int32]?, _ weights: NormWeights,
    into result: MutableMatrixView, adding: Bool
  ) {
    if isIdentity { return adding ? result.add(gradient) : result.take(gradient) }
    withArguments(gradient, values, valueRows, weights.gain, result, adding) { arguments in
      kind == .layer ? locus_layer_norm_pull_back(&arguments) : locus_rms_norm_pull_back(&arguments)
    }
  }

  /// Adds the gradient of the gain to a row of sums, `[1, width]`.
  func addGainGradient(of gradient: MatrixView, values: MatrixView, valueRows: [Int32]?, to sums: Matrix) {
    precondition(sums.rows == 1 && sums.columns == width, "the gradient of a gain is a row")
    guard !isIdentity else { return }
    withArguments(gradient, values, valueRows, [], nil, true) { arguments in
      kind == .layer
        ? locus_layer_norm_gain_gradient(&arguments, sums.view.base)
        : locus_rms_norm_gain_gradient(&arguments, sums.view.base)
    }
  }

  /// Adds the gradient of the bias to a row of sums, `[1, width]`.
  func addBiasGradient(of gradient: MatrixView, to sums: Matrix) {
    for group in 0..<groups { sums.view.addRows(of: gradient[columns: group * width..<(group + 1) * width]) }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    let tangent = work.derivative(input)
    work.set(output) {
      pushForward(
        tangent.reading, values: work.input(0, of: index), valueRows: work.valueRows, work.weights.norms[index],
        into: $0)
    }
  }

  /// The tangent of the result from that of what was normalised, both `[rows, groups · width]`.
  func pushForward(
    _ tangent: MatrixView, values: MatrixView, valueRows: [Int32]?, _ weights: NormWeights,
    into result: MutableMatrixView
  ) {
    if isIdentity { return result.take(tangent) }
    withArguments(tangent, values, valueRows, weights.gain, result, false) { arguments in
      kind == .layer ? locus_layer_norm_push_forward(&arguments) : locus_rms_norm_push_forward(&arguments)
    }
  }

  /// Calls `body` for each group of columns.
  private func withArguments(
    _ given: MatrixView, _ values: MatrixView, _ valueRows: [Int32]?, _ gain: [Float], _ result: MutableMatrixView?,
    _ adding: Bool, _ body: (inout locus_norm_derivative_arguments) -> Void
  ) {
    precondition(valueRows.map { $0.count == given.rows } ?? (values.rows >= given.rows), "values for each row")
    gain.withUnsafeBufferPointer { gain in
      valueRows.withOptionalBase { rows in
        for first in stride(from: 0, to: groups * width, by: width) {
          var arguments = locus_norm_derivative_arguments(
            x: values.base + first, x_stride: values.stride, x_rows: rows, gain: gain.baseAddress, epsilon: epsilon,
            given: given.base + first, given_stride: given.stride, result: result.map { $0.base + first },
            result_stride: result?.stride ?? 0, rows: given.rows, columns: width, adding: adding)
          body(&arguments)
        }
      }
    }
  }

  // MARK: Reach

  /// Every element is divided by the size of all of its group.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach {
    groups == 1 ? .everywhere : .columns(columns.wholeHeads(of: width), of: output)
  }
}

/// The vectors of a norm, each `[width]`.
public struct NormWeights: Equatable, Sendable {
  /// What normalised numbers are multiplied with; 1 where the norm has no such tensor.
  public let gain: [Float]
  /// What is added then; nil where nothing is.
  public let bias: [Float]?

  /// No vectors, for steps that are no norm.
  static let none = NormWeights(gain: [], bias: nil)
}

extension MutableMatrixView {
  /// Takes the numbers of another matrix, which may be the same memory.
  func take(_ other: MatrixView) { if other.base != UnsafePointer(base) { copy(other) } }
}

extension [Float]? {
  /// Calls `body` with the first element's place, or nil.
  func withOptionalBase(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
