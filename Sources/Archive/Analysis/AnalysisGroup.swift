import Basics
import HDF5
import Perturbations
import Transformer

/// One analysis as an analysis file holds it: a group of datasets over named dimensions.
public struct AnalysisGroup: Equatable, Sendable {
  /// A dimension: numbered from 0, or from 1 as ranks are, or labelled, or of real coordinates.
  public struct Dimension: Equatable, Sendable {
    /// The dimension's name.
    public let name: String
    /// The number of its places.
    public let length: Int
    /// The number of its first element, where it has one; 0 where it has labels or coordinates.
    public let first: Int
    /// Names of the places; nil where they are numbers.
    public let labels: [String]?
    /// Numbers of the places that do not count them, such as fractions; nil where there are none.
    public let coordinates: [Double]?

    /// A dimension whose places are numbered from `first` on.
    public init(_ name: String, length: Int, from first: Int = 0) {
      self.name = name
      self.length = length
      self.first = length > 0 ? first : 0
      labels = nil
      coordinates = nil
    }

    /// A dimension whose places have names.
    public init(_ name: String, labels: [String]) {
      self.name = name
      length = labels.count
      first = 0
      self.labels = labels
      coordinates = nil
    }

    /// A dimension whose places have these finite numbers, in any order.
    public init(_ name: String, values: [Double]) {
      precondition(values.allSatisfy(\.isFinite), "\(name): coordinates are finite")
      self.name = name
      length = values.count
      first = 0
      labels = nil
      coordinates = values
    }

    /// The places in words: their labels, or their numbers without trailing zeros.
    public var words: [String] { (0..<length).map(word) }

    /// A place in words.
    func word(_ place: Int) -> String {
      if let labels { return labels[place] }
      guard let coordinates else { return String(first + place) }
      let number = coordinates[place].description
      return number.hasSuffix(".0") ? String(number.dropLast(2)) : number
    }
  }

  /// The values of a dataset, row-major.
  public enum Values: Equatable, Sendable {
    /// Integer values.
    case counts([Int])
    /// Real numbers; what is not a number is missing.
    case numbers([Double])
    /// Matrices of a block, by their codes.
    case matrices([WeightMatrix])
    /// Kinds of mutation, by their codes.
    case kinds([Kind])
    /// 1 for true.
    case truths([Bool])
    /// Counts that are small, where there are many.
    case bytes([UInt8])
    /// Texts without zero bytes.
    case texts([String])
  }

  /// A dataset: its values, the names of its dimensions, and what it means.
  public struct Variable: Equatable, Sendable {
    /// The variable's name.
    public let name: String
    /// Names of its dimensions, the last one contiguous.
    public let dimensions: [String]
    /// What it means, in words.
    public let longName: String
    /// UDUNITS style; "1" for plain numbers.
    public let units: String
    /// What stands among counts or bytes for one that is missing; nil: none is. Of numbers it is what is not a number.
    public let missing: Int?
    /// Its values, row-major.
    public let values: Values

    /// A variable of the group; a value that equals `missing` is missing.
    public init(
      _ name: String, _ dimensions: [String], _ longName: String, units: String = "1", missing: Int? = nil,
      _ values: Values
    ) {
      self.name = name
      self.dimensions = dimensions
      self.longName = longName
      self.units = units
      self.missing = missing
      self.values = values
    }
  }

  /// The group's name in the file.
  public let name: String
  /// How the values were made: method, null and source, in sentences.
  public let comment: String
  /// What was found, in sentences; none in files of earlier versions.
  public let findings: [String]
  /// What became of each family of tests; none in files of earlier versions.
  public let tallies: [TestTally]
  /// The dimensions that its variables have.
  public let dimensions: [Dimension]
  /// The variables in the order of the file.
  public let variables: [Variable]

  /// Every variable has as many values as its dimensions say. Sentences may quote texts of any kind.
  public init(
    name: String, comment: String, findings: [String] = [], tallies: [TestTally] = [], dimensions: [Dimension],
    variables: [Variable]
  ) {
    self.name = name
    self.comment = comment
    self.findings = findings.map(\.withoutZeros)
    self.tallies = tallies
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
  /// Name of the attribute that holds the sentences.
  static let findingsAttribute = "findings"

  /// Returns a group that has the same columns, says these sentences and has these tallies of its tests.
  public func saying(_ findings: [String], _ tallies: [TestTally] = []) -> AnalysisGroup {
    AnalysisGroup(
      name: name, comment: comment, findings: findings, tallies: tallies, dimensions: dimensions, variables: variables)
  }

  // MARK: Layout

  private func axis(_ dimension: Dimension) -> Axis { Axis(name: dimension.name, length: dimension.length) }

  /// The scales of the group's dimensions.
  var scales: [(axis: Axis, coordinate: Coordinate)] {
    dimensions.map { dimension in
      let named = dimension.labels.map(Coordinate.labels) ?? dimension.coordinates.map(Coordinate.values)
      return (axis(dimension), named ?? .index(from: dimension.first))
    }
  }

  var columns: [Column] {
    variables.flatMap { variable in
      let column = Column(
        name: variable.name, type: variable.values.elementType,
        axes: variable.dimensions.compactMap { name in dimensions.first { $0.name == name }.map(axis) },
        longName: variable.longName, units: variable.units, codes: variable.values.codes, missing: variable.missing,
        texts: variable.values.isTruth ? [("dtype", "bool")] : [])
      return variable.values.names == nil ? [column] : [column, column.names()]
    }
  }

  /// Names of the columns of names, which readers take for coordinates.
  var coordinates: [String] { columns.filter { $0.texts.contains { $0.name == Column.namesOf } }.map(\.name) }
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
    case .texts: .text
    }
  }

  var codes: CodeNames? {
    switch self {
    case .counts, .numbers, .bytes, .texts: nil
    case .matrices: .matrices
    case .kinds(let values): values.contains(where: \.replacesInputs) ? .kinds : .kindsOfWeights
    case .truths: .truths
    }
  }

  /// xarray has a type of its own for these, and needs no names.
  var isTruth: Bool { if case .truths = self { true } else { false } }

  /// The names of values that are stored as codes; nil where a reader needs none.
  var names: [String]? {
    switch self {
    case .matrices(let values): values.map(\.rawValue)
    case .kinds(let values): values.map(\.rawValue)
    default: nil
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
