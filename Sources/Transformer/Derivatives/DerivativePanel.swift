import LinearAlgebra

/// The gradients, or the tangents, of what the slots of a block hold at one point of its list of steps.
///
/// A slot holds one value at a time, and no step reads a value that has been overwritten: so behind each step, on the
/// way down as on the way up, one matrix for each slot is enough. Memory: the slots' widths × capacity floats.
public final class DerivativePanel {
  private let panel: Panel
  private var isHeld = Array(repeating: false, count: Slot.allCases.count)

  /// A panel of `capacity` rows for the blocks of a model, which holds nothing.
  public init(shape: HostShape, capacity: Int) {
    panel = Panel(shape: shape, capacity: capacity)
  }

  /// The number of rows that there is room for.
  public var capacity: Int { panel.capacity }

  /// Whether there is a derivative of what the slot holds; otherwise it is 0.
  package func holds(_ slot: Slot) -> Bool { isHeld[slot.rawValue] }

  /// The derivative of what the slot holds, `[count, width]`, to be changed; zeros where there was none.
  package func derivative(_ slot: Slot, _ count: Int) -> MutableMatrixView {
    let rows = panel[slot][rows: 0..<count]
    if !holds(slot) { rows.clear() }
    isHeld[slot.rawValue] = true
    return rows
  }

  /// Rows to be overwritten; the slot has a derivative from here on.
  func start(_ slot: Slot, _ count: Int) -> MutableMatrixView {
    isHeld[slot.rawValue] = true
    return panel[slot][rows: 0..<count]
  }

  /// From here on there is no derivative of what the slot holds.
  package func clear(_ slot: Slot) { isHeld[slot.rawValue] = false }

  /// From here on there is no derivative of anything.
  package func clear() { for slot in Slot.allCases { clear(slot) } }
}

extension MutableMatrixView {
  /// Sets every element to 0.
  func clear() { for row in 0..<rows { self.row(row).update(repeating: 0, count: columns) } }

  /// self `[1, columns]` += each row of `other`, in order.
  func addRows(of other: MatrixView) {
    precondition(rows == 1 && columns == other.columns, "a row of sums")
    let sums = row(0)
    for row in 0..<other.rows {
      let values = other.row(row)
      for column in 0..<columns { sums[column] += values[column] }
    }
  }

  /// self += other, element by element.
  func add(_ other: MatrixView) {
    precondition(rows == other.rows && columns == other.columns, "matrices of one shape")
    for row in 0..<rows {
      let (sums, values) = (self.row(row), other.row(row))
      for column in 0..<columns { sums[column] += values[column] }
    }
  }
}
