import Archive
import Perturbations
import Transformer

/// Takes the columns of a group that a figure needs; an error sentence where one is missing.
struct GroupReader {
  let group: AnalysisGroup
  /// The analysis file, for error sentences.
  let path: String
  /// What makes such files.
  var command = "locus analyze"

  func length(_ dimension: String) throws -> Int {
    guard let found = group.dimensions.first(where: { $0.name == dimension }) else {
      throw missing("dimension \(dimension)")
    }
    return found.length
  }

  /// Each has its place on a page.
  private static let labelLimit = 1 << 16

  /// The labels of a dimension; its numbers where it has none.
  func labels(_ dimension: String) throws -> [String] {
    guard let found = group.dimensions.first(where: { $0.name == dimension }) else {
      throw missing("dimension \(dimension)")
    }
    // Where another dimension is empty, the file need not hold a value for each.
    guard found.length <= GroupReader.labelLimit else {
      throw ReportError(
        "cannot show the analysis \(group.name) of \(path): it has \(found.length) of the dimension \(dimension), too "
          + "many for a page; the file is damaged")
    }
    return found.labels ?? (found.first..<found.first + found.length).map(String.init)
  }

  func has(_ name: String) -> Bool { group.variables.contains { $0.name == name } }

  /// Sums of so large counts still fit.
  private static let countLimit: UInt = 1 << 40

  // MARK: Columns

  /// Numbers or counts over these dimensions, row-major.
  func numbers(_ name: String, _ dimensions: String...) throws -> [Double] {
    try numbers(name, over: dimensions)
  }

  func numbers(_ name: String, over dimensions: [String]) throws -> [Double] {
    switch try variable(name, dimensions).values {
    case .numbers(let values): return values
    case .counts(let values): return values.map(Double.init)
    case .bytes(let values): return values.map(Double.init)
    default: throw missing("numbers \(name)")
    }
  }

  func counts(_ name: String, _ dimensions: String...) throws -> [Int] {
    guard case .counts(let values) = try variable(name, dimensions).values else { throw missing("counts \(name)") }
    guard values.allSatisfy({ $0.magnitude <= GroupReader.countLimit }) else {
      throw ReportError(
        "cannot show the analysis \(group.name) of \(path): \(name) is beyond counting; the file is damaged")
    }
    return values
  }

  func bytes(_ name: String, _ dimensions: String...) throws -> [UInt8] {
    guard case .bytes(let values) = try variable(name, dimensions).values else { throw missing("bytes \(name)") }
    return values
  }

  func matrices(_ name: String, _ dimensions: String...) throws -> [WeightMatrix] {
    guard case .matrices(let values) = try variable(name, dimensions).values else { throw missing("matrices \(name)") }
    return values
  }

  func kinds(_ name: String, _ dimensions: String...) throws -> [Kind] {
    guard case .kinds(let values) = try variable(name, dimensions).values else { throw missing("kinds \(name)") }
    return values
  }

  func truths(_ name: String, _ dimensions: String...) throws -> [Bool] {
    guard case .truths(let values) = try variable(name, dimensions).values else { throw missing("truths \(name)") }
    return values
  }

  func texts(_ name: String, _ dimensions: String...) throws -> [String] {
    guard case .texts(let values) = try variable(name, dimensions).values else { throw missing("texts \(name)") }
    return values
  }

  /// A square table of numbers, its dimensions, whatever they are called, and the labels of its sides.
  func square(_ name: String) throws -> (dimensions: [String], labels: [String], values: [Double]) {
    guard let found = group.variables.first(where: { $0.name == name }), found.dimensions.count == 2,
      case .numbers(let values) = found.values
    else { throw missing("square of numbers \(name)") }
    let labels = try labels(found.dimensions[0])
    guard values.count == labels.count * labels.count else { throw missing("square of numbers \(name)") }
    return (found.dimensions, labels, values)
  }

  /// Regions, by columns over a dimension.
  func places(_ dimension: String) throws -> [RegionPlace] {
    let layers = try counts("layer", dimension)
    let matrices = try matrices("matrix", dimension)
    let rows = try counts("row", dimension)
    let columns = try counts("column", dimension)
    return layers.indices.map {
      RegionPlace(layer: layers[$0], matrix: matrices[$0], row: rows[$0], column: columns[$0])
    }
  }

  // MARK: Private

  private func variable(_ name: String, _ dimensions: [String]) throws -> AnalysisGroup.Variable {
    guard let found = group.variables.first(where: { $0.name == name }), found.dimensions == dimensions else {
      throw missing("\(name) over \(dimensions.isEmpty ? "nothing" : dimensions.joined(separator: " × "))")
    }
    return found
  }

  func missing(_ what: String) -> ReportError {
    ReportError(
      "cannot show the analysis \(group.name) of \(path): it has no \(what); make the file anew with \(command)")
  }
}
