import HDF5
import Perturbations
import Transformer

// A group as a file holds it, in whatever section.
extension AnalysisGroup {
  /// Reads the group `/section/name` of a file with all its values.
  init(reading name: String, of section: String, path: String) throws {
    let file = try File.open(path)
    let group = try file.openGroup(section + "/" + name)
    self = try AnalysisGroup.read(group, named: name, "cannot read \(path): /\(section)/\(name)")
    try group.close()
    try file.close()
  }

  /// Writes the group into a section.
  func write(to section: borrowing Group) throws {
    let created = try section.createGroup(name)
    try created.setAttribute("comment", comment)
    if !findings.isEmpty { try created.setAttribute(AnalysisGroup.findingsAttribute, findings) }
    try TestTally.write(tallies, to: created)
    try created.create(columns, dimensions: scales)
    if !coordinates.isEmpty { try created.setAttribute("coordinates", coordinates.joined(separator: " ")) }
    for variable in variables { try variable.write(to: created) }
    try created.close()
  }

  // MARK: Parts

  /// Bounds what a damaged file can make this allocate.
  private static let valueLimit = 1 << 27

  /// Reads an open group; `attempt` is the beginning of a sentence that says what cannot be read.
  private static func read(
    _ group: borrowing Group, named name: String, _ attempt: String
  ) throws -> AnalysisGroup {
    var dimensions: [Dimension] = []
    var variables: [Variable] = []
    var shapes: [[Int]] = []
    for member in try group.memberNames() {
      let dataset = try group.openDataset(member)
      let attempt = "\(attempt)/\(member)"
      guard dataset.count <= valueLimit else {
        throw ArchiveError("\(attempt) has \(dataset.count) values; the file is damaged")
      }
      if try dataset.isScale {
        dimensions.append(try Dimension(reading: dataset, named: member, attempt))
      } else if try !dataset.hasAttribute(Column.namesOf) {
        variables.append(try Variable(reading: dataset, named: member, attempt))
        shapes.append(dataset.shape)
      }
      try dataset.close()
    }
    for (variable, shape) in zip(variables, shapes) {
      guard shape == variable.dimensions.map({ axis in dimensions.first { $0.name == axis }?.length ?? -1 }) else {
        throw ArchiveError(
          "\(attempt)/\(variable.name) of the shape \(shape) does not fit the group's dimensions; the file is damaged")
      }
    }
    return AnalysisGroup(
      name: name, comment: try group.textAttribute("comment"), findings: try group.readFindings(),
      tallies: try TestTally.read(group, "\(attempt)"), dimensions: dimensions, variables: variables)
  }
}

extension Group {
  /// Reads what a group of an analysis or a study found, in sentences; none in files of earlier versions.
  func readFindings() throws -> [String] {
    let name = AnalysisGroup.findingsAttribute
    return try hasAttribute(name) ? try textListAttribute(name) : []
  }
}

extension Dataset {
  /// Whether this is the scale of a dimension: every scale of HDF5 has this attribute, and nothing else of ours.
  var isScale: Bool { get throws { try hasAttribute("CLASS") } }
}

extension AnalysisGroup.Dimension {
  fileprivate init(reading dataset: borrowing Dataset, named name: String, _ attempt: String) throws {
    guard dataset.shape.count == 1 else {
      throw ArchiveError("\(attempt) has the shape \(dataset.shape); the file is damaged")
    }
    switch dataset.elementType {
    case .string, .text: self.init(name, labels: try dataset.readStrings())
    case .int64 where dataset.count > 0:
      guard let first = try dataset.read(Int64.self, at: [0], count: [1]).first, (0...1).contains(first) else {
        throw ArchiveError("\(attempt) is counted neither from 0 nor from 1; the file is damaged")
      }
      self.init(name, length: dataset.count, from: Int(first))
    case .float64: self.init(name, values: try AnalysisGroup.Dimension.coordinates(of: dataset, attempt))
    default: self.init(name, length: dataset.count)
    }
  }

  private static func coordinates(of dataset: borrowing Dataset, _ attempt: String) throws -> [Double] {
    let values: [Double] = try dataset.read()
    guard values.allSatisfy(\.isFinite) else {
      throw ArchiveError("\(attempt) has a coordinate that is no finite number; the file is damaged")
    }
    return values
  }
}

extension AnalysisGroup.Variable {
  fileprivate func write(to group: borrowing Group) throws {
    let dataset = try group.openDataset(name)
    try values.write(to: dataset)
    try dataset.close()
    guard let names = values.names else { return }
    let named = try group.openDataset("\(name)_name")
    try named.writeWhole(names)
    try named.close()
  }

  fileprivate init(reading dataset: borrowing Dataset, named name: String, _ attempt: String) throws {
    let axes = try dataset.scaleNames()
    let names = axes.compactMap { $0 }
    guard names.count == axes.count else {
      throw ArchiveError("\(attempt) has an axis without a name; the file is damaged")
    }
    let values = try AnalysisGroup.Values(reading: dataset, attempt)
    self.init(
      name, names, try dataset.textAttribute("long_name"), units: try dataset.textAttribute("units"),
      missing: try AnalysisGroup.Variable.missing(of: dataset, values), values)
  }

  private static func missing(of dataset: borrowing Dataset, _ values: AnalysisGroup.Values) throws -> Int? {
    guard try dataset.hasAttribute(Column.fillValue) else { return nil }
    switch values {
    case .counts: return try dataset.listAttribute(Column.fillValue, Int64.self).first.map { Int($0) }
    case .bytes: return try dataset.listAttribute(Column.fillValue, UInt8.self).first.map { Int($0) }
    default: return nil
    }
  }
}

extension AnalysisGroup.Values {
  fileprivate init(reading dataset: borrowing Dataset, _ attempt: String) throws {
    switch dataset.elementType {
    case .int64: self = .counts(try dataset.read(Int64.self).map { Int($0) })
    case .float64: self = .numbers(try dataset.read())
    case .string, .text: self = .texts(try dataset.readStrings())
    case .uint8 where try dataset.hasAttribute("flag_values"):
      self = try AnalysisGroup.Values.flagged(dataset, attempt)
    case .uint8: self = .bytes(try dataset.read())
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
