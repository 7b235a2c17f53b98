import HDF5
import Perturbations
import Transformer

extension AnalysisFile {
  /// One analysis with all its values; nil if the section has none of this name.
  public func group(_ name: String, of section: AnalysisSection = .analysis) throws -> AnalysisGroup? {
    guard contents.contains(where: { $0.section == section && $0.name == name }) else { return nil }
    let file = try File.open(path)
    let group = try file.openGroup(section.rawValue + "/" + name)
    let read = try AnalysisFile.read(group, named: name, of: section, path: path)
    try group.close()
    try file.close()
    return read
  }

  /// All analyses of a section with all their values, in the order of the file.
  func groups(of section: AnalysisSection) throws -> [AnalysisGroup] {
    try contents.filter { $0.section == section }.compactMap { try group($0.name, of: section) }
  }

  // MARK: Parts

  /// Bounds what a damaged file can make this allocate.
  private static let valueLimit = 1 << 27

  private static func read(
    _ group: borrowing Group, named name: String, of section: AnalysisSection, path: String
  ) throws -> AnalysisGroup {
    var dimensions: [AnalysisGroup.Dimension] = []
    var variables: [AnalysisGroup.Variable] = []
    var shapes: [[Int]] = []
    for member in try group.memberNames() {
      let dataset = try group.openDataset(member)
      let attempt = "cannot read \(path): /\(section.rawValue)/\(name)/\(member)"
      guard dataset.count <= valueLimit else {
        throw ArchiveError("\(attempt) has \(dataset.count) values; the file is damaged")
      }
      if try dataset.hasAttribute("CLASS") {
        dimensions.append(try dimension(member, of: dataset, attempt))
      } else if try !dataset.hasAttribute(Column.namesOf) {
        variables.append(try variable(member, of: dataset, attempt))
        shapes.append(dataset.shape)
      }
      try dataset.close()
    }
    for (variable, shape) in zip(variables, shapes) {
      guard shape == variable.dimensions.map({ axis in dimensions.first { $0.name == axis }?.length ?? -1 }) else {
        throw ArchiveError(
          "cannot read \(path): /\(section.rawValue)/\(name)/\(variable.name) of the shape \(shape) does not fit the "
            + "group's dimensions; the file is damaged")
      }
    }
    let sentences = AnalysisGroup.findingsAttribute
    return AnalysisGroup(
      name: name, comment: try group.textAttribute("comment"),
      findings: try group.hasAttribute(sentences) ? try group.textListAttribute(sentences) : [],
      dimensions: dimensions, variables: variables)
  }

  private static func dimension(
    _ name: String, of dataset: borrowing Dataset, _ attempt: String
  ) throws -> AnalysisGroup.Dimension {
    guard dataset.shape.count == 1 else {
      throw ArchiveError("\(attempt) has the shape \(dataset.shape); the file is damaged")
    }
    switch dataset.elementType {
    case .string, .text: return .init(name, labels: try dataset.readStrings())
    case .int64 where dataset.count > 0:
      guard let first = try dataset.read(Int64.self, at: [0], count: [1]).first, (0...1).contains(first) else {
        throw ArchiveError("\(attempt) is counted neither from 0 nor from 1; the file is damaged")
      }
      return .init(name, length: dataset.count, from: Int(first))
    default: return .init(name, length: dataset.count)
    }
  }

  private static func variable(
    _ name: String, of dataset: borrowing Dataset, _ attempt: String
  ) throws -> AnalysisGroup.Variable {
    let axes = try dataset.scaleNames()
    let names = axes.compactMap { $0 }
    guard names.count == axes.count else {
      throw ArchiveError("\(attempt) has an axis without a name; the file is damaged")
    }
    let values = try values(of: dataset, attempt)
    return AnalysisGroup.Variable(
      name, names, try dataset.textAttribute("long_name"), units: try dataset.textAttribute("units"),
      missing: try missing(of: dataset, values), values)
  }

  private static func missing(of dataset: borrowing Dataset, _ values: AnalysisGroup.Values) throws -> Int? {
    guard try dataset.hasAttribute(Column.fillValue) else { return nil }
    switch values {
    case .counts: return try dataset.listAttribute(Column.fillValue, Int64.self).first.map { Int($0) }
    case .bytes: return try dataset.listAttribute(Column.fillValue, UInt8.self).first.map { Int($0) }
    default: return nil
    }
  }

  private static func values(of dataset: borrowing Dataset, _ attempt: String) throws -> AnalysisGroup.Values {
    switch dataset.elementType {
    case .int64: return .counts(try dataset.read(Int64.self).map { Int($0) })
    case .float64: return .numbers(try dataset.read())
    case .string, .text: return .texts(try dataset.readStrings())
    case .uint8: return try dataset.hasAttribute("flag_values") ? flagged(dataset, attempt) : .bytes(try dataset.read())
    default: throw ArchiveError("\(attempt) holds values of a type that no analysis has; the file is damaged")
    }
  }

  /// Values that are words: those of the file count, whatever numbers stand for them there.
  private static func flagged(_ dataset: borrowing Dataset, _ attempt: String) throws -> AnalysisGroup.Values {
    let codes = try dataset.listAttribute("flag_values", UInt8.self)
    let words = try dataset.textAttribute("flag_meanings").split(separator: " ").map(String.init)
    guard codes.count == words.count else {
      throw ArchiveError("\(attempt) has \(codes.count) codes for \(words.count) words; the file is damaged")
    }
    let meanings = Dictionary(zip(codes, words)) { first, _ in first }
    func decoded<Value>(_ value: (String) -> Value?) throws -> [Value] {
      try dataset.read(UInt8.self).map { code in
        guard let word = meanings[code], let value = value(word) else {
          throw ArchiveError(
            "\(attempt) holds \(code), which stands for nothing; use the version of locus that wrote it")
        }
        return value
      }
    }
    if words == ["no", "yes"] { return .truths(try decoded { $0 == "yes" }) }
    if words.allSatisfy({ WeightMatrix(rawValue: $0) != nil }) { return .matrices(try decoded(WeightMatrix.init)) }
    return .kinds(try decoded(Kind.init))
  }
}
