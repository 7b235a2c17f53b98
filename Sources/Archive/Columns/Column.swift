import HDF5

/// A dimension of the datasets of a group.
struct Axis {
  let name: String
  let length: Int

  /// How one number for each of its elements is stored: whole where they are few, otherwise in compressed chunks.
  var chunk: [Int]? { length > ResultsFormat.scaleChunk ? [ResultsFormat.scaleChunk] : nil }
  var compression: Int? { chunk == nil ? nil : ResultsFormat.compression }
}

/// One dataset of a group: its type, its axes and what they mean.
struct Column {
  let name: String
  let type: ElementType
  let axes: [Axis]
  let longName: String
  /// UDUNITS style; "1" for plain numbers.
  var units = "1"
  /// How the values were made, where the name does not say.
  var comment: String?
  /// What its values stand for, where they are codes.
  var codes: CodeNames?
  /// What stands for a value that is missing; of floats it is always what is not a number.
  var missing: Int?
  /// More attributes.
  var numbers: [(name: String, value: Double)] = []
  var texts: [(name: String, value: String)] = []
  var chunk: [Int]?
  var compression: Int?

  /// The attribute of a column that has the names of another one's codes: the name of that column.
  static let namesOf = "names_of"

  /// The column `NAME_name` beside this one of codes, for readers that know no codes. `axis` nil: texts of any length;
  /// otherwise characters along that axis, which can be compressed and written by several ranks and which netCDF's
  /// readers join.
  func names(along axis: Axis? = nil) -> Column {
    Column(
      name: "\(name)_name", type: axis == nil ? .text : .string(length: 1), axes: axes + (axis.map { [$0] } ?? []),
      longName: "\(longName), by name", texts: [(Column.namesOf, name)],
      chunk: axis.flatMap { axis in chunk.map { $0 + [axis.length] } }, compression: axis == nil ? nil : compression)
  }
}

/// What a dimension's scale holds.
enum Coordinate {
  case none
  /// Numbers of the elements, the first of which is given.
  case index(from: Int = 0)
  case labels([String])
  case values([Double])
}

extension Container where Self: ~Copyable {
  /// Creates the scales of `dimensions` in this group, then every column, attached to them. Values are written later,
  /// but for coordinates of fixed content. Alone: texts cannot be written by several ranks.
  func create(_ columns: [Column], dimensions: [(axis: Axis, coordinate: Coordinate)]) throws {
    for (axis, coordinate) in dimensions { try createScale(axis, coordinate) }
    for column in columns {
      let dataset = try createDataset(
        column.name, type: column.type, shape: column.axes.map(\.length), chunk: column.chunk,
        compression: column.compression)
      try dataset.describe(column)
      for (index, axis) in column.axes.enumerated() {
        let scale = try openDataset(axis.name)
        try dataset.attachScale(scale, axis: index)
        try scale.close()
      }
      try dataset.close()
    }
  }

  private func createScale(_ axis: Axis, _ coordinate: Coordinate) throws {
    let scale: Dataset
    let words = axis.name.replacing("_", with: " ")
    switch coordinate {
    case .none:
      scale = try createDimension(axis.name, length: axis.length)
    case .index(let first):
      scale = try createDataset(
        axis.name, type: .int64, shape: [axis.length], chunk: axis.chunk, compression: axis.compression)
      try scale.writeWhole((first..<first + axis.length).map(Int64.init))
      try scale.declareScale(axis.name, "number of the \(words)")
    case .labels(let labels):
      scale = try createDataset(axis.name, type: .text, shape: [axis.length])
      try scale.writeWhole(labels)
      try scale.declareScale(axis.name, words)
    case .values(let values):
      scale = try createDataset(axis.name, type: .float64, shape: [axis.length])
      try scale.writeWhole(values)
      try scale.declareScale(axis.name, words)
    }
    try scale.close()
  }
}

extension Dataset {
  fileprivate func declareScale(_ name: String, _ longName: String) throws {
    try makeScale(name)
    try setAttribute("long_name", longName)
    try setAttribute("units", "1")
  }

  fileprivate func describe(_ column: Column) throws {
    try setAttribute("long_name", column.longName)
    try setAttribute("units", column.units)
    try setFillValue(column.missing)
    if let comment = column.comment { try setAttribute("comment", comment) }
    if let codes = column.codes {
      try setAttribute("flag_values", codes.values)
      try setAttribute("flag_meanings", codes.meanings)
    }
    // By this netCDF's readers know that single bytes make up texts.
    if elementType == .string(length: 1) { try setAttribute("_Encoding", "utf-8") }
    for number in column.numbers { try setAttribute(number.name, number.value) }
    for text in column.texts { try setAttribute(text.name, text.value) }
  }

  /// Declares, as netCDF does, what stands for a missing value; it is of the dataset's own type.
  private func setFillValue(_ missing: Int?) throws {
    let name = Column.fillValue
    switch elementType {
    case .float32: try setAttribute(name, [Float.nan])
    case .float64: try setAttribute(name, [Double.nan])
    case .int16: if let missing { try setAttribute(name, [Int16(missing)]) }
    case .int32: if let missing { try setAttribute(name, [Int32(missing)]) }
    case .int64: if let missing { try setAttribute(name, [Int64(missing)]) }
    case .uint8: if let missing { try setAttribute(name, [UInt8(missing)]) }
    case .string, .text, nil: break
    }
  }
}

extension Column {
  /// The attribute that says what stands for a missing value.
  static let fillValue = "_FillValue"
}
