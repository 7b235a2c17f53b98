import Basics
import LinearAlgebra

/// A narrow network beside a model: five linear layers with ReLU between them, from `inputs` numbers by four times
/// `width` to `outputs`.
///
/// Weights `[out, in]` and biases of layer j are uniform within 1 / √inputs of the layer, those of
/// `MixedStream(seed, stream: 2j)` and `2j + 1`.
public struct SideNetwork: Sendable {
  /// The number of linear layers.
  public static let layerCount = 5

  /// Numbers before the first layer, behind each, and behind the last.
  public let sizes: [Int]
  /// The places of `w0`, `b0`, `w1` and so on.
  public let layout: ParameterLayout

  /// A network of these sizes.
  public init(inputs: Int, width: Int, outputs: Int) {
    sizes = [inputs] + Array(repeating: width, count: Self.layerCount - 1) + [outputs]
    let sizes = sizes
    layout = ParameterLayout(
      (0..<Self.layerCount).flatMap { layer -> [(name: String, rows: Int, columns: Int)] in
        [("w\(layer)", sizes[layer + 1], sizes[layer]), ("b\(layer)", sizes[layer + 1], 1)]
      })
  }

  /// The parameters before training.
  public func untrained(seed: UInt64) -> ParameterValues {
    let values = ParameterValues(layout)
    for (number, tensor) in layout.tensors.enumerated() {
      let bound = 1 / Double(sizes[number / 2]).squareRoot()
      let uniforms = MixedStream(seed: seed, stream: number)
      for (index, place) in tensor.range.enumerated() {
        values.all[place] = Float((2 * uniforms.uniform(index) - 1) * bound)
      }
    }
    return values
  }
}

/// Rows that run through a side network, and back. What comes of a row does not depend on the others.
public final class SidePass {
  private let network: SideNetwork
  /// What goes into each layer, and behind the last, what comes out, `[capacity, size]`.
  private let values: [Matrix]
  /// The gradients of these.
  private let slopes: [Matrix]
  private let workspace: ProductWorkspace
  private var rowCount = 0

  /// A pass with room for so many rows.
  public init(_ network: SideNetwork, capacity: Int, threads: Int = 1) {
    self.network = network
    values = network.sizes.map { Matrix(rows: capacity, columns: $0) }
    slopes = network.sizes.map { Matrix(rows: capacity, columns: $0) }
    workspace = ProductWorkspace(threads: threads)
  }

  /// Runs rows `[rows, inputs]`, and returns what comes out, `[rows, outputs]`, valid until the next ones.
  public func run(_ rows: MatrixView, _ parameters: ParameterValues) -> MatrixView {
    rowCount = rows.rows
    let all = 0..<rowCount
    values[0][rows: all].copy(rows)
    for layer in 0..<SideNetwork.layerCount {
      let bias = parameters["b\(layer)"]
      let output = values[layer + 1][rows: all]
      output.assignProduct(
        of: values[layer][rows: all].reading, withTransposeOf: WeightView(parameters["w\(layer)"].reading),
        bias: Array(UnsafeBufferPointer(start: bias.base, count: bias.rows)), in: workspace)
      guard layer < SideNetwork.layerCount - 1 else { continue }
      for place in 0..<rowCount * output.columns { output.base[place] = max(0, output.base[place]) }
    }
    return values[SideNetwork.layerCount][rows: all].reading
  }

  /// Where the gradient of what came out of the last run is to be written, `[rows, outputs]`.
  public var outputSlope: MutableMatrixView { slopes[SideNetwork.layerCount][rows: 0..<rowCount] }

  /// Adds the gradients of the parameters that follow from `outputSlope`.
  public func addGradient(_ parameters: ParameterValues, to gradient: ParameterValues) {
    let all = 0..<rowCount
    for layer in (0..<SideNetwork.layerCount).reversed() {
      let (output, input) = (slopes[layer + 1][rows: all], values[layer][rows: all].reading)
      gradient["w\(layer)"].addOuterProducts(of: output.reading, with: input, in: workspace)
      let bias = gradient["b\(layer)"]
      for row in all {
        let own = output.row(row)
        for place in 0..<output.columns { bias.base[place] += own[place] }
      }
      guard layer > 0 else { return }
      let before = slopes[layer][rows: all]
      before.assignProduct(
        of: output.reading, withTransposeOf: WeightView(parameters["w\(layer)"].reading).transposed, in: workspace)
      for place in 0..<rowCount * before.columns where input.base[place] <= 0 { before.base[place] = 0 }
    }
  }
}
