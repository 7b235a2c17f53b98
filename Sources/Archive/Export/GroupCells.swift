/// Variables of a group over the same dimensions as rows of a table: a row for each cell, the last dimension fastest.
struct GroupCells {
  typealias Value = RowEncoder.Value

  /// The variables.
  let variables: [AnalysisGroup.Variable]
  /// The number of rows.
  let count: Int
  private let dimensions: [AnalysisGroup.Dimension]
  /// Rows from a place of a dimension to the next.
  private let strides: [Int]

  /// Takes the variables of a group that have these dimensions, in this order.
  init(_ group: AnalysisGroup, over dimensions: [String]) {
    variables = group.variables.filter { $0.dimensions == dimensions }
    self.dimensions = dimensions.compactMap { name in group.dimensions.first { $0.name == name } }
    let lengths = self.dimensions.map(\.length)
    // A product of the others might not fit.
    let isEmpty = lengths.contains(0)
    count = isEmpty ? 0 : lengths.reduce(1, *)
    strides = isEmpty ? [] : lengths.indices.map { lengths[($0 + 1)...].reduce(1, *) }
  }

  /// Returns the coordinates of a row along each dimension.
  func coordinates(of row: Int) -> [Value] {
    zip(dimensions, strides).map { dimension, stride in dimension.cell(row / stride % dimension.length) }
  }
}

extension AnalysisGroup.Dimension {
  /// A place as a value of a table.
  fileprivate func cell(_ place: Int) -> RowEncoder.Value {
    // Numbers stand in both formats as they are in words.
    labels == nil ? .encoded(Array(word(place).utf8)) : .text(word(place))
  }
}

extension AnalysisGroup.Variable {
  /// The value at a place as one of a table: names for codes, 1 and 0 for yes and no, nothing for one that is missing.
  func cell(_ place: Int) -> RowEncoder.Value {
    switch values {
    case .counts(let values): values[place] == missing ? .nothing : .integer(values[place])
    case .numbers(let values): .double(values[place])
    case .matrices(let values): .text(values[place].rawValue)
    case .kinds(let values): .text(values[place].rawValue)
    case .truths(let values): .integer(values[place] ? 1 : 0)
    case .bytes(let values): Int(values[place]) == missing ? .nothing : .integer(Int(values[place]))
    case .texts(let values): .text(values[place])
    }
  }
}
