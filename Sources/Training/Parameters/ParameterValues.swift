import LinearAlgebra

/// Numbers of all tensors of a layout, in memory of their own: parameters, their gradients, or moments of these.
public final class ParameterValues {
  /// The places of the tensors.
  public let layout: ParameterLayout
  private let storage: Matrix

  /// Zeros in a layout.
  public init(_ layout: ParameterLayout) {
    self.layout = layout
    storage = Matrix(rows: 1, columns: max(1, layout.count))
  }

  /// All numbers, gaps between tensors included.
  public var all: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: storage.view.base, count: layout.count)
  }

  /// The numbers of a tensor, `[rows, columns]`.
  public subscript(name: String) -> MutableMatrixView { view(of: layout[name]) }

  /// The numbers of a tensor of the layout, `[rows, columns]`.
  public func view(of tensor: ParameterLayout.Tensor) -> MutableMatrixView {
    MutableMatrixView(
      base: storage.view.base + tensor.offset, rows: tensor.rows, columns: tensor.columns, stride: tensor.columns,
      owner: storage)
  }

  /// The root of the sum of squares of a tensor.
  public func norm(of name: String) -> Double {
    let view = self[name]
    return (0..<view.rows).reduce(0.0) { $0 + Vectors.squares(view.row($1), view.columns) }.squareRoot()
  }

  /// Makes all numbers zero.
  public func clear() { all.update(repeating: 0) }

  /// Takes numbers, as many as the layout has.
  public func take(_ numbers: [Float]) {
    precondition(numbers.count == layout.count, "as many numbers as the layout has")
    numbers.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      all.baseAddress?.update(from: base, count: source.count)
    }
  }

  /// A copy of all numbers.
  public var numbers: [Float] { Array(all) }
}
