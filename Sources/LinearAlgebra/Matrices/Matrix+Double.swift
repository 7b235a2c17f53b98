extension Matrix {
  /// A copy of a float64 matrix, rounded to float32.
  public convenience init(_ values: DoubleMatrix) {
    self.init(rows: values.rows, columns: values.columns)
    let target = view.base
    for (place, value) in values.values.enumerated() { target[place] = Float(value) }
  }
}

extension DoubleMatrix {
  /// A copy of a float32 matrix.
  public init(_ view: MatrixView) {
    let columns = view.columns
    var values: [Double] = []
    values.reserveCapacity(view.rows * columns)
    for row in 0..<view.rows {
      let source = UnsafeBufferPointer(start: view.row(row), count: columns)
      for value in source { values.append(Double(value)) }
    }
    self.init(rows: view.rows, columns: columns, values: values)
  }
}
