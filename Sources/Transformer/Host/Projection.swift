import LinearAlgebra
import Weights

/// A weight matrix `[out, in]` as its file stores it, multiplied with float32 activations.
///
/// bfloat16 and float16 weights are widened exactly while they are packed for the product, so that no float32 copy of a
/// model ever exists.
public struct Projection {
  /// The matrix as its file stores it, `[out, in]`.
  public let weight: Tensor
  /// The bias, `[out]`; nil where nothing is added.
  public let bias: [Float]?
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int
  /// The weights themselves, `[out, in]`; valid while the projection lives.
  public let view: WeightView

  init(weight: Tensor, bias: [Float]?) {
    precondition(weight.shape.count == 2, "a projection is a matrix")
    self.weight = weight
    self.bias = bias
    rows = weight.shape[0]
    columns = weight.shape[1]
    view = weight.view
  }

  /// Output `[tokens, out]` = input `[tokens, in]` · weightᵀ + bias, or added to output where `adding`.
  func multiply(
    _ input: MatrixView, into output: MutableMatrixView, adding: Bool = false, in workspace: ProductWorkspace
  ) {
    output.assignProduct(of: input, withTransposeOf: view, bias: bias, adding: adding, in: workspace)
  }
}

extension Tensor {
  /// The elements as a matrix; the tensor's file keeps the memory.
  fileprivate var view: WeightView {
    guard let base = file.bytes.baseAddress else { preconditionFailure("a matrix has elements") }
    return WeightView(base: base + byteOffset, format: format, rows: rows, columns: columns, stride: columns)
  }
}
