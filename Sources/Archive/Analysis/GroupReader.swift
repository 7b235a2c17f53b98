import Perturbations
import Transformer

/// A reader that takes the columns of a group which a figure needs, and says in an error sentence what is missing.
public struct GroupReader: Sendable {
  /// The group.
  public let group: AnalysisGroup
  /// The file that holds it, for error sentences.
  public let path: String
  /// What makes such files.
  public let command: String

  /// Takes a group of the file at `path`; `command` is what makes such files anew.
  public init(group: AnalysisGroup, path: String, command: String = "locus analyze") {
    self.group = group
    self.path = path
    self.command = command
  }

  /// What was found, in sentences; none in files of earlier versions.
  public var findings: [String] { group.findings }

  /// What became of each family of tests; none in files of earlier versions.
  public var tallies: [TestTally] { group.tallies }

  // MARK: Dimensions

  /// The length of a dimension.
  public func length(_ dimension: String) throws -> Int { try found(dimension).length }

  /// Each has its place on a page.
  private static let labelLimit = 1 << 16

  /// The labels of a dimension; its numbers without trailing zeros where it has none.
  public func labels(_ dimension: String) throws -> [String] { try shown(dimension).words }

  /// The coordinates of a dimension, which count its places where the file gives no others; a dimension of labels has
  /// none.
  public func coordinates(_ dimension: String) throws -> [Double] {
    let found = try shown(dimension)
    guard found.labels == nil else { throw missing("numbers along the dimension \(dimension)") }
    return found.coordinates ?? (found.first..<found.first + found.length).map(Double.init)
  }

  /// Whether the group has a column of this name.
  public func has(_ name: String) -> Bool { group.variables.contains { $0.name == name } }

  /// Sums of so large counts still fit.
  private static let countLimit: UInt = 1 << 40

  // MARK: Columns

  /// Numbers or counts over these dimensions, row-major.
  public func numbers(_ name: String, _ dimensions: String...) throws -> [Double] {
    try numbers(name, over: dimensions)
  }

  /// Numbers or counts over these dimensions, row-major.
  public func numbers(_ name: String, over dimensions: [String]) throws -> [Double] {
    switch try variable(name, dimensions).values {
    case .numbers(let values): return values
    case .counts(let values): return values.map(Double.init)
    case .bytes(let values): return values.map(Double.init)
    default: throw missing("numbers \(name)")
    }
  }

  /// Whole numbers over these dimensions, row-major.
  public func counts(_ name: String, _ dimensions: String...) throws -> [Int] {
    guard case .counts(let values) = try variable(name, dimensions).values else { throw missing("counts \(name)") }
    guard values.allSatisfy({ $0.magnitude <= GroupReader.countLimit }) else {
      throw ArchiveError(
        "cannot show \(group.name) of \(path): \(name) is beyond counting; the file is damaged")
    }
    return values
  }

  /// Small counts over these dimensions, row-major.
  public func bytes(_ name: String, _ dimensions: String...) throws -> [UInt8] {
    guard case .bytes(let values) = try variable(name, dimensions).values else { throw missing("bytes \(name)") }
    return values
  }

  /// Weight matrices over these dimensions, row-major.
  public func matrices(_ name: String, _ dimensions: String...) throws -> [WeightMatrix] {
    guard case .matrices(let values) = try variable(name, dimensions).values else { throw missing("matrices \(name)") }
    return values
  }

  /// Kinds of mutations over these dimensions, row-major.
  public func kinds(_ name: String, _ dimensions: String...) throws -> [Kind] {
    guard case .kinds(let values) = try variable(name, dimensions).values else { throw missing("kinds \(name)") }
    return values
  }

  /// Yes or no over these dimensions, row-major.
  public func truths(_ name: String, _ dimensions: String...) throws -> [Bool] {
    guard case .truths(let values) = try variable(name, dimensions).values else { throw missing("truths \(name)") }
    return values
  }

  /// Texts over these dimensions, row-major.
  public func texts(_ name: String, _ dimensions: String...) throws -> [String] {
    guard case .texts(let values) = try variable(name, dimensions).values else { throw missing("texts \(name)") }
    return values
  }

  /// A square table of numbers, its dimensions, whatever they are called, and the labels of its sides.
  public func square(_ name: String) throws -> (dimensions: [String], labels: [String], values: [Double]) {
    guard let found = group.variables.first(where: { $0.name == name }), found.dimensions.count == 2,
      case .numbers(let values) = found.values
    else { throw missing("square of numbers \(name)") }
    let labels = try labels(found.dimensions[0])
    guard values.count == labels.count * labels.count else { throw missing("square of numbers \(name)") }
    return (found.dimensions, labels, values)
  }

  // MARK: Private

  private func found(_ dimension: String) throws -> AnalysisGroup.Dimension {
    guard let found = group.dimensions.first(where: { $0.name == dimension }) else {
      throw missing("dimension \(dimension)")
    }
    return found
  }

  /// A dimension whose places are not too many for a page.
  private func shown(_ dimension: String) throws -> AnalysisGroup.Dimension {
    let found = try found(dimension)
    // Where another dimension is empty, the file need not hold a value for each.
    guard found.length <= GroupReader.labelLimit else {
      throw ArchiveError(
        "cannot show \(group.name) of \(path): it has \(found.length) of the dimension \(dimension), too "
          + "many for a page; the file is damaged")
    }
    return found
  }

  private func variable(_ name: String, _ dimensions: [String]) throws -> AnalysisGroup.Variable {
    guard let found = group.variables.first(where: { $0.name == name }), found.dimensions == dimensions else {
      throw missing("\(name) over \(dimensions.isEmpty ? "nothing" : dimensions.joined(separator: " × "))")
    }
    return found
  }

  /// The error that says that the group lacks something.
  public func missing(_ what: String) -> ArchiveError {
    ArchiveError(
      "cannot show \(group.name) of \(path): it has no \(what); make the file anew with \(command)")
  }
}
