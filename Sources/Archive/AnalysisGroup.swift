import HDF5
import Mutagenesis
import Transformer

/// One analysis as an analysis file holds it: a group of datasets over named dimensions.
public struct AnalysisGroup: Equatable, Sendable {
  /// A dimension: numbered from 0, or labelled.
  public struct Dimension: Equatable, Sendable {
    public let name: String
    public let length: Int
    public let labels: [String]?

    public init(_ name: String, length: Int) {
      self.name = name
      self.length = length
      labels = nil
    }

    public init(_ name: String, labels: [String]) {
      self.name = name
      length = labels.count
      self.labels = labels
    }
  }

  /// The values of a dataset, row-major.
  public enum Values: Equatable, Sendable {
    case counts([Int])
    case numbers([Double])
    case matrices([WeightMatrix])
    case kinds([Kind])
    /// 1 for true.
    case truths([Bool])
    /// Counts that are small, where there are many.
    case bytes([UInt8])
    /// Without zero bytes.
    case texts([String])
  }

  /// A dataset: its values, the names of its dimensions, and what it means.
  public struct Variable: Equatable, Sendable {
    public let name: String
    public let dimensions: [String]
    public let longName: String
    /// UDUNITS style; "1" for plain numbers.
    public let units: String
    public let values: Values

    public init(_ name: String, _ dimensions: [String], _ longName: String, units: String = "1", _ values: Values) {
      self.name = name
      self.dimensions = dimensions
      self.longName = longName
      self.units = units
      self.values = values
    }
  }

  public let name: String
  /// How the values were made: method, null and source, in sentences.
  public let comment: String
  public let dimensions: [Dimension]
  public let variables: [Variable]

  /// Every variable has as many values as its dimensions say.
  public init(name: String, comment: String, dimensions: [Dimension], variables: [Variable]) {
    self.name = name
    self.comment = comment
    self.dimensions = dimensions
    self.variables = variables
    for variable in variables {
      let lengths = variable.dimensions.map { name in dimensions.first { $0.name == name }?.length ?? -1 }
      // A product of the others might not fit.
      let count = lengths.contains(0) ? 0 : lengths.reduce(1, *)
      precondition(count == variable.values.count, "\(variable.name): values for \(lengths)")
    }
  }
}

extension AnalysisGroup {
  // MARK: Layout

  private func axis(_ dimension: Dimension) -> Axis { Axis(name: dimension.name, length: dimension.length) }

  /// The scales of the group's dimensions.
  var scales: [(axis: Axis, coordinate: Coordinate)] {
    dimensions.map { (axis($0), $0.labels.map(Coordinate.labels) ?? .index) }
  }

  var columns: [Column] {
    variables.map { variable in
      Column(
        name: variable.name, type: variable.values.elementType,
        axes: variable.dimensions.compactMap { name in dimensions.first { $0.name == name }.map(axis) },
        longName: variable.longName, units: variable.units, flags: variable.values.flags)
    }
  }
}

extension AnalysisGroup.Values {
  var count: Int {
    switch self {
    case .counts(let values): values.count
    case .numbers(let values): values.count
    case .matrices(let values): values.count
    case .kinds(let values): values.count
    case .truths(let values): values.count
    case .bytes(let values): values.count
    case .texts(let values): values.count
    }
  }

  var elementType: ElementType {
    switch self {
    case .counts: .int64
    case .numbers: .float64
    case .matrices, .kinds, .truths, .bytes: .uint8
    case .texts(let values): .strings(values)
    }
  }

  var flags: (values: [UInt8], meanings: String)? {
    switch self {
    case .counts, .numbers, .bytes, .texts: nil
    case .matrices: ResultsFormat.matrixFlags
    case .kinds: ResultsFormat.kindFlags
    case .truths: ([0, 1], "no yes")
    }
  }

  func write(to dataset: borrowing Dataset) throws {
    switch self {
    case .counts(let values): try dataset.writeWhole(values.map(Int64.init))
    case .numbers(let values): try dataset.writeWhole(values)
    case .matrices(let values): try dataset.writeWhole(values.map { UInt8($0.index) })
    case .kinds(let values): try dataset.writeWhole(values.map(\.code))
    case .truths(let values): try dataset.writeWhole(values.map { $0 ? UInt8(1) : 0 })
    case .bytes(let values): try dataset.writeWhole(values)
    case .texts(let values): try dataset.writeWhole(values)
    }
  }
}
