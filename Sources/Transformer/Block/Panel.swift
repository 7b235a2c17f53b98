import LinearAlgebra

/// The activations of many tokens at one layer: a matrix for each slot of the model's blocks.
///
/// Memory: the sum of the slots' widths × rows floats.
public final class Panel {
  /// The number of rows, tokens of any sequences, that the panel has room for.
  public let capacity: Int
  private let slots: [Matrix?]

  /// A panel of `capacity` rows for the blocks of a model.
  public init(shape: HostShape, capacity: Int) {
    self.capacity = capacity
    slots = Slot.allCases.map { slot in
      let width = shape.width(of: slot)
      return width > 0 ? Matrix(rows: capacity, columns: width) : nil
    }
  }

  /// The matrix of a slot that the model has, `[capacity, width]`.
  public subscript(slot: Slot) -> Matrix {
    guard let matrix = slots[slot.rawValue] else { preconditionFailure("the model has a slot \(slot)") }
    return matrix
  }

  /// The residual stream, `[capacity, hidden]`.
  public var residual: Matrix { self[.residual] }
  /// What a norm makes of the residual stream, `[capacity, hidden]`.
  public var normed: Matrix { self[.normed] }

  /// Bytes of one row: four for each float of each slot that the model has.
  public static func bytesPerRow(shape: HostShape) -> Int {
    Slot.allCases.reduce(0) { $0 + shape.width(of: $1) } * MemoryLayout<Float>.stride
  }
}
