import HDF5
import Perturbations

/// How a column of the phenotypes is stored.
extension PhenotypeColumn {
  /// The dataset of the column, along these axes of a file.
  func dataset(axes: [Axis], chunkRows: Int) -> Column {
    Column(
      name: name, type: elementType, axes: axes, longName: meaning, units: unit, comment: comment, missing: missing,
      chunk: [chunkRows] + axes.dropFirst().map { max(1, $0.length) }, compression: ResultsFormat.compression)
  }

  private var elementType: ElementType {
    switch values {
    case .float32: .float32
    case .int32: .int32
    case .int16: .int16
    case .uint8: .uint8
    }
  }

  private var missing: Int? {
    switch values {
    case .float32: nil
    case .int32(_, let unset): Int(unset)
    case .int16(_, let unset): Int(unset)
    case .uint8(_, let unset): Int(unset)
    }
  }
}

extension File {
  /// Writes a column of consecutive rows from `position` on. Collective on a shared file.
  func write(_ column: PhenotypeColumn, of table: Phenotypes, at position: Int) throws {
    let lengths = column.lengths(
      inputs: table.inputCount, steps: table.stepCount, components: table.componentCount)
    func put<Element: NumericElement>(_ values: [Element]) throws {
      try writeRows(column.path, values, count: table.mutationCount, at: position, lengths)
    }
    switch column.values {
    case .float32(let array, _): try put(table[keyPath: array])
    case .int32(let array, _): try put(table[keyPath: array])
    case .int16(let array, _): try put(table[keyPath: array])
    case .uint8(let array, _): try put(table[keyPath: array])
    }
  }
}
