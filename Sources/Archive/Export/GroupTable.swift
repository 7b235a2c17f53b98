import Basics

/// Groups of a file of studies, an atlas or an analysis as a table of text: a row for each unit of each site, or for
/// each cell of one group.
public struct GroupTable {
  /// Rows of one group of the file.
  private struct Part {
    /// What stands at the beginning of each row.
    let lead: [RowEncoder.Value]
    let cells: GroupCells
    /// The place of each of the table's values among the variables; nil where the group does not have it.
    let places: [Int?]
  }

  /// Bytes that are given at a time, about.
  private static let slabBytes = 1 << 20

  private let encoder: RowEncoder
  private let parts: [Part]
  /// What the groups hold besides, which has other dimensions: "area (site, method)".
  public let leftOut: [String]

  /// The table of all units: site, layer, unit, and what is known of any, which is missing where a site lacks it.
  public init(unitsOf file: StudyFile, format: TextFormat) throws {
    guard !file.sites.isEmpty else {
      throw ArchiveError(
        "cannot export units of \(file.path): no study of the file knows any; name a study: "
          + file.studies.joined(separator: ", "))
    }
    let groups = try file.sites.compactMap { try file.units(of: $0) }
    let all = groups.map { GroupCells($0, over: StudyFile.unitDimensions) }
    var names: [String] = []
    for name in all.flatMap({ $0.variables.map(\.name) }) where !names.contains(name) { names.append(name) }
    parts = zip(groups, all).map { group, cells in
      let places = names.map { name in cells.variables.firstIndex { $0.name == name } }
      return Part(lead: [.text(group.name)], cells: cells, places: places)
    }
    encoder = RowEncoder(format: format, names: ["site"] + StudyFile.unitDimensions + names)
    leftOut = groups.flatMap { group in
      GroupTable.others(than: StudyFile.unitDimensions, in: group).map { "\(group.name) \($0)" }
    }
  }

  /// The table of a study: coordinates, then the values of `variable` and of all others over its dimensions. nil
  /// `variable`: the one that has the most dimensions, the first of several.
  public init(
    of study: String, variable: String? = nil, in file: StudyFile, format: TextFormat
  ) throws {
    guard let group = try file.study(study) else {
      throw ArchiveError(
        "cannot export the study \(study.quotedName) of \(file.path): it is not there; name one of "
          + file.studies.joined(separator: ", "))
    }
    try self.init(of: group, variable: variable, called: "the study \(study) of \(file.path)", format: format)
  }

  /// A table of an atlas, likewise; nil `table`: the first of the file.
  public init(
    ofTable table: String? = nil, variable: String? = nil, in file: AtlasFile, format: TextFormat
  ) throws {
    try self.init(
      table, among: file.contents.map(\.name), of: file.path, variable: variable, format: format,
      reading: file.group)
  }

  /// A table of an analysis, likewise; nil `table`: the first of the file.
  public init(
    ofTable table: String? = nil, variable: String? = nil, in file: AnalysisFile, format: TextFormat
  ) throws {
    try self.init(
      table, among: file.contents.map(\.name), of: file.path, variable: variable, format: format
    ) { name in
      try file.contents.first { $0.name == name }.flatMap { try file.group(name, of: $0.section) }
    }
  }

  /// The table of the variables of a group over some dimensions, which its rows are of.
  public init(of group: AnalysisGroup, over dimensions: [String], format: TextFormat) {
    let cells = GroupCells(group, over: dimensions)
    parts = [Part(lead: [], cells: cells, places: cells.variables.indices.map { $0 })]
    encoder = RowEncoder(format: format, names: GroupTable.distinct(dimensions) + cells.variables.map(\.name))
    leftOut = GroupTable.others(than: dimensions, in: group)
  }

  /// What stands before the first row.
  public var header: [UInt8] { encoder.header }

  /// Gives all rows to `body`, many at a time.
  public func forEachSlab(_ body: ([UInt8]) throws -> Void) throws {
    var bytes: [UInt8] = []
    for part in parts {
      for row in 0..<part.cells.count {
        append(row, of: part, to: &bytes)
        guard bytes.count >= GroupTable.slabBytes else { continue }
        try body(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try body(bytes)
  }

  // MARK: Private

  private init(
    _ table: String?, among names: [String], of path: String, variable: String?, format: TextFormat,
    reading group: (String) throws -> AnalysisGroup?
  ) throws {
    guard let name = table ?? names.first, let group = try group(name) else {
      throw ArchiveError(
        "cannot export \(table.map { "the table \($0.quotedName)" } ?? "a table") of \(path): it is not there; name "
          + "one of \(names.joined(separator: ", "))")
    }
    try self.init(of: group, variable: variable, called: "the table \(name) of \(path)", format: format)
  }

  private init(of group: AnalysisGroup, variable: String?, called name: String, format: TextFormat) throws {
    let most = group.variables.map(\.dimensions.count).max()
    let chosen = group.variables.first { candidate in
      variable.map { $0 == candidate.name } ?? (candidate.dimensions.count == most)
    }
    guard let chosen else {
      let wanted = variable.map { "the variable \($0.quotedName)" } ?? "values"
      let found = group.variables.isEmpty ? "none" : group.variables.map(\.name).joined(separator: ", ")
      throw ArchiveError("cannot export \(wanted) of \(name): it has \(found)")
    }
    self.init(of: group, over: chosen.dimensions, format: format)
  }

  private func append(_ row: Int, of part: Part, to bytes: inout [UInt8]) {
    let values = part.places.map { $0.map { part.cells.variables[$0].cell(row) } ?? .nothing }
    for (column, value) in (part.lead + part.cells.coordinates(of: row) + values).enumerated() {
      encoder.append(value, column: column, to: &bytes)
    }
    encoder.end(&bytes)
  }

  /// The variables of a group that have other dimensions, with these.
  private static func others(than dimensions: [String], in group: AnalysisGroup) -> [String] {
    group.variables.filter { $0.dimensions != dimensions }
      .map { $0.dimensions.isEmpty ? $0.name : "\($0.name) (\($0.dimensions.joined(separator: ", ")))" }
  }

  /// Names of columns, with a number behind one that was there before.
  private static func distinct(_ names: [String]) -> [String] {
    names.enumerated().map { place, name in
      let before = names[..<place].count { $0 == name }
      return before == 0 ? name : "\(name)_\(before + 1)"
    }
  }
}
