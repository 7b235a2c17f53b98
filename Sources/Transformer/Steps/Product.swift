import LinearAlgebra

/// The product with a weight matrix and its bias: `output = W · input + b`, or that added to what the output holds.
public struct Product: Step {
  /// The weight matrix, `[rows, columns]` = `[out, in]`.
  public let matrix: WeightMatrix
  /// The name of its module behind the layer's, such as `self_attn.q_proj`.
  public let name: String
  /// The slot that the matrix is applied to.
  public let input: Slot
  /// The slot that takes the product.
  public let output: Slot
  /// Floats of an output row: the matrix is `[rows, columns]`.
  public let rows: Int
  /// Floats of an input row.
  public let columns: Int
  /// Whether a bias is added.
  public let hasBias: Bool
  /// Whether the product is added to the output, in the same call of the kernel.
  public let isAdding: Bool
  /// The place of the matrix in its tensor.
  public let storage: Storage

  /// A product whose weights are the tensor `name.weight`, or a part of it, and whose bias, if any, is `name.bias`, or
  /// the same part of that.
  public init(
    _ matrix: WeightMatrix, _ name: String, _ input: Slot, _ output: Slot, rows: Int, columns: Int,
    hasBias: Bool = false, adding: Bool = false, storage: Storage = .apart
  ) {
    if let problem = storage.problem(rows: rows) { preconditionFailure("\(name): \(problem)") }
    self.storage = storage
    self.matrix = matrix
    self.name = name
    self.input = input
    self.output = output
    self.rows = rows
    self.columns = columns
    self.hasBias = hasBias
    isAdding = adding
  }

  public var inputs: [Slot] { isAdding ? [input, output] : [input] }
  public var outputs: [Slot] { [output] }
  public var widths: [Slot: Int] { [input: columns, output: rows] }
  public var tensors: [StepTensor] {
    let total = storage.total ?? rows
    let shape = storage.isTransposed ? [columns, total] : [total, columns]
    return [StepTensor(weightName, shape)] + (hasBias ? [StepTensor(biasName, [total], neutral: 0)] : [])
  }
  var weightName: String { name + ".weight" }
  var biasName: String { name + ".bias" }

  public var equation: String {
    "\(output.letter) \(isAdding ? "+=" : "=") \(matrix.rawValue)·\(input.letter)\(hasBias ? " + b" : "")"
  }

  // MARK: Forward

  public func forward(_ work: BlockWork, at index: Int) {
    let projection = work.weights[matrix]
    work.pass.operations.addProduct(rows: work.range.count, outputs: projection.rows, inputs: projection.columns)
    projection.multiply(work(input).reading, into: work(output), adding: isAdding, in: work.pass.workspace)
  }

  // MARK: Reverse

  /// The gradient of the stream that it is added to is that of the sum, and stays where it is.
  public func pullBack(_ work: DerivativeWork, at index: Int) {
    let (projection, workspace) = (work.weights[matrix], work.pass.workspace)
    let gradient = isAdding ? work.derivative(output) : work.take(output)
    if let sums = work.parameters?[.matrix(matrix, layer: work.layer)] {
      work.pass.operations.addProduct(rows: gradient.rows, outputs: rows, inputs: columns)
      sums.view.addOuterProducts(of: gradient.reading, with: work.input(0, of: index), in: workspace)
    }
    if let sums = work.parameters?[.bias(matrix, layer: work.layer)] { sums.view.addRows(of: gradient.reading) }
    work.add(to: input) { result, adding in
      work.pass.operations.addProduct(rows: gradient.rows, outputs: columns, inputs: rows)
      projection.multiplyTransposed(gradient.reading, into: result, adding: adding, in: workspace)
    }
  }

  // MARK: Tangents

  public func pushForward(_ work: DerivativeWork, at index: Int) {
    // Nothing is added to the stream's tangent then.
    guard work.holds(input) else { return isAdding ? () : work.clear(output) }
    let tangent = work.derivative(input).reading
    let multiply = { (result: MutableMatrixView, adding: Bool) in
      work.pass.operations.addProduct(rows: tangent.rows, outputs: rows, inputs: columns)
      work.weights[matrix].multiply(tangent, into: result, adding: adding, biased: false, in: work.pass.workspace)
    }
    if isAdding {
      work.add(to: output, multiply)
    } else {
      work.set(output) { multiply($0, false) }
    }
  }

  // MARK: Reach

  /// Every output is a sum over all inputs. What is added to passes through unchanged in its columns.
  public func reach(of columns: Range<Int>, in input: Slot) -> Reach {
    isAdding && input == output ? .columns(columns, of: output) : .everywhere
  }

  public var matrixElements: Double { Double(rows) * Double(columns) }
}
