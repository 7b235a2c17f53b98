import HDF5
import Perturbations

/// The phenotypes, column by column as `Phenotypes.columns` has them.
extension ResultsFile {
  /// The values of a column in some rows, `[rows] + axes`, such as `values(\.firstChange, rows)`; an error where it is
  /// not recorded.
  public func values<Element: NumericElement>(
    _ array: KeyPath<Phenotypes, [Element]>, _ rows: Range<Int>
  ) throws -> [Element] {
    try values(of: column(array), rows)
  }

  /// The same values; nil where the column is not recorded.
  public func recordedValues<Element: NumericElement>(
    _ array: KeyPath<Phenotypes, [Element]>, _ rows: Range<Int>
  ) throws -> [Element]? {
    let column = column(array)
    return column.isRecorded(in: summary.recording) ? try values(of: column, rows) : nil
  }

  /// The recorded columns of some rows, or those of them that are wanted.
  public func phenotypes(
    _ rows: Range<Int>, where isWanted: (PhenotypeColumn) -> Bool = { _ in true }
  ) throws -> Phenotypes {
    let columns = Phenotypes.columns.filter { $0.isRecorded(in: summary.recording) && isWanted($0) }
    var table = Phenotypes(
      mutationCount: rows.count, inputCount: summary.inputCount, stepCount: summary.stepCount,
      componentCount: summary.componentCount, recording: RecordedColumns(names: Set(columns.map(\.name))))
    for column in columns {
      switch column.values {
      case .float32(let array, _): table[keyPath: array] = try values(of: column, rows)
      case .int32(let array, _): table[keyPath: array] = try values(of: column, rows)
      case .int16(let array, _): table[keyPath: array] = try values(of: column, rows)
      case .uint8(let array, _): table[keyPath: array] = try values(of: column, rows)
      }
    }
    return table
  }

  // MARK: Private

  private func column(_ array: PartialKeyPath<Phenotypes>) -> PhenotypeColumn {
    guard let column = Phenotypes.columns.first(where: { $0.array == array }) else {
      preconditionFailure("\(array) is the array of a column")
    }
    return column
  }

  private func values<Element: NumericElement>(of column: PhenotypeColumn, _ rows: Range<Int>) throws -> [Element] {
    let lengths = column.lengths(
      inputs: summary.inputCount, steps: summary.stepCount, components: summary.componentCount)
    let values: [Element] = try read(column.path, rows, lengths)
    switch column.content {
    case .numbers: break
    case .tokens: if let tokens = values as? [Int32] { try check(tokens, column.path) }
    case .choices: if let choices = values as? [UInt8] { try check(choices: choices, column.path) }
    }
    return values
  }
}
