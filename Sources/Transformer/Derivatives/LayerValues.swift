import LinearAlgebra

/// The forward values of one layer: each as it is behind the step that wrote it, and behind the hooks there.
///
/// The next layer takes the same memory: the widths of the values of a block together × capacity floats.
public final class LayerValues {
  /// The number of rows that there is room for.
  public let capacity: Int
  private var matrices: [Block.Value: Matrix] = [:]
  private var rowCount = 0

  /// Room for `capacity` rows of any block of a model.
  public init(shape: HostShape, capacity: Int) {
    self.capacity = capacity
    for block in shape.blocks {
      for value in block.allValues where matrices[value] == nil {
        matrices[value] = Matrix(rows: capacity, columns: block.width(of: value.slot))
      }
    }
  }

  /// Bytes of one row.
  public static func bytesPerRow(shape: HostShape) -> Int {
    let values = Set(shape.blocks.flatMap(\.allValues))
    return values.reduce(0) { $0 + shape.width(of: $1.slot) } * MemoryLayout<Float>.stride
  }

  /// The rows of a value of the layer that ran last, `[rows, width]`.
  public subscript(value: Block.Value) -> MatrixView {
    guard let matrix = matrices[value] else { preconditionFailure("\(value) is a value of the model's blocks") }
    return matrix[rows: 0..<rowCount].reading
  }

  func keepEntering(_ work: BlockWork) {
    precondition(work.rows.count <= capacity, "there is room for the rows")
    rowCount = work.rows.count
    keep(.entering, work)
  }

  /// Keeps what a step has written.
  func keep(_ index: Int, _ work: BlockWork) {
    for slot in work.block.steps[index].outputs { keep(Block.Value(slot: slot, step: index), work) }
  }

  private func keep(_ value: Block.Value, _ work: BlockWork) {
    matrices[value]?[rows: 0..<rowCount].copy(work(value.slot).reading)
  }
}

extension Block {
  /// All values of the block, what enters it first.
  var allValues: [Value] {
    [.entering] + steps.indices.flatMap { index in steps[index].outputs.map { Value(slot: $0, step: index) } }
  }
}

extension Block.Value {
  /// The residual stream as it enters a block.
  public static let entering = Block.Value(slot: .residual, step: -1)
}
