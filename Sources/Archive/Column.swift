import HDF5

/// A dimension of the datasets of a group.
struct Axis {
  let name: String
  let length: Int
}

/// One dataset of a group: its type, its axes and what they mean.
struct Column {
  let name: String
  let type: ElementType
  let axes: [Axis]
  let longName: String
  /// UDUNITS style; "1" for plain numbers.
  var units = "1"
  /// How the values were made, where the name does not tell.
  var comment: String?
  var flags: (values: [UInt8], meanings: String)?
  /// More attributes.
  var numbers: [(name: String, value: Double)] = []
  var chunk: [Int]?
  var compression: Int?
}

/// What a dimension's scale holds.
enum Coordinate {
  case none
  case index
  case labels([String])
}

extension Container where Self: ~Copyable {
  /// Creates the scales of `dimensions` in this group, then every column, attached to them. Values are written later, but for
  /// coordinates of fixed content. Collective on a shared file.
  func create(_ columns: [Column], dimensions: [(axis: Axis, coordinate: Coordinate)]) throws {
    for (axis, coordinate) in dimensions { try createScale(axis, coordinate) }
    for column in columns {
      let dataset = try createDataset(
        column.name, type: column.type, shape: column.axes.map(\.length), chunk: column.chunk,
        compression: column.compression)
      try dataset.setAttribute("long_name", column.longName)
      try dataset.setAttribute("units", column.units)
      if let comment = column.comment { try dataset.setAttribute("comment", comment) }
      if let flags = column.flags {
        try dataset.setAttribute("flag_values", flags.values)
        try dataset.setAttribute("flag_meanings", flags.meanings)
      }
      for number in column.numbers { try dataset.setAttribute(number.name, number.value) }
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
    switch coordinate {
    case .none:
      scale = try createDimension(axis.name, length: axis.length)
    case .index:
      scale = try createDataset(axis.name, type: .int64, shape: [axis.length])
      try scale.writeWhole((0..<axis.length).map(Int64.init))
      try scale.makeScale(axis.name)
      try scale.setAttribute("long_name", "number of the \(axis.name.replacing("_", with: " "))")
      try scale.setAttribute("units", "1")
    case .labels(let labels):
      scale = try createDataset(axis.name, type: .strings(labels), shape: [axis.length])
      try scale.writeWhole(labels)
      try scale.makeScale(axis.name)
      try scale.setAttribute("long_name", axis.name.replacing("_", with: " "))
      try scale.setAttribute("units", "1")
    }
    try scale.close()
  }
}

extension ElementType {
  /// The string type that holds all of `texts`; netCDF takes length 1 for single characters.
  static func strings(_ texts: [String]) -> ElementType {
    .string(length: max(2, texts.map(\.utf8.count).max() ?? 0))
  }
}
