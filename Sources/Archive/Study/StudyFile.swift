import HDF5

/// A file that `locus study` wrote: what it says of itself, what each study found, and what is known of single units.
public struct StudyFile: Sendable {
  /// Root attribute `format`.
  public static let format = "locus-study"
  /// Goes up when a reader of the last version would misread a file.
  public static let version = 1
  static let fileFormat = FileFormat(
    name: format, versions: 1...version, noun: "result of a study", command: "locus study")

  /// A part of the file: a group of its root.
  public enum Section: String, CaseIterable, Sendable {
    /// What each study found, a group for each.
    case studies
    /// What is known of each unit of a site, a group for each site.
    case units
  }

  /// A study or a site in the file.
  public typealias Content = GroupOutline<Section>

  /// Dimensions that every group of units has.
  static let unitDimensions = ["layer", "unit"]

  /// The file's path.
  public let path: String
  /// The file's root attributes.
  public let provenance: StudyProvenance
  /// The starts of the run, in order; none where nobody knows.
  public let starts: [RunStart]
  /// What groups the file has.
  public let contents: [Content]

  /// Reads everything but the values.
  public init(path: String) throws {
    let file = try File.open(path)
    provenance = try file.readStudyProvenance()
    starts = try file.readStarts()
    var contents: [Content] = []
    for section in Section.allCases where try file.kind(ofMember: section.rawValue) != nil {
      let root = try file.openGroup(section.rawValue)
      contents += try Content.all(of: section, in: root)
      try root.close()
    }
    try file.close()
    guard contents.contains(where: { $0.section == .studies }) else {
      throw ArchiveError("cannot read \(path): it is a file of studies without any study; the file is damaged")
    }
    self.path = path
    self.contents = contents
  }

  /// Whether a study's file, of any version, is at this path.
  public static func isStudy(_ path: String) -> Bool { fileFormat.isFile(at: path) }

  // MARK: Studies

  /// Names of the studies in the order of the file.
  public var studies: [String] { names(of: .studies) }

  /// What a study found with all its values; nil if the file has none of this name.
  public func study(_ name: String) throws -> AnalysisGroup? { try group(name, of: .studies) }

  /// What a study found, in sentences, which takes none of its values; none where there is no such study.
  public func findings(of study: String) throws -> [String] {
    guard studies.contains(study) else { return [] }
    let file = try File.open(path)
    let group = try file.openGroup("\(Section.studies.rawValue)/\(study)")
    let findings = try group.readFindings()
    try group.close()
    try file.close()
    return findings
  }

  // MARK: Units

  /// Names of the sites in the order of the file.
  public var sites: [String] { names(of: .units) }

  /// What is known of the units of a site, by `layer` and `unit`; nil if the file has none of this name.
  public func units(of site: String) throws -> AnalysisGroup? {
    guard let group = try group(site, of: .units) else { return nil }
    for dimension in StudyFile.unitDimensions where !group.dimensions.contains(where: { $0.name == dimension }) {
      throw ArchiveError(
        "cannot read \(path): /units/\(site) has no dimension \(dimension); the file is damaged")
    }
    return group
  }

  // MARK: Private

  private func names(of section: Section) -> [String] { contents.filter { $0.section == section }.map(\.name) }

  private func group(_ name: String, of section: Section) throws -> AnalysisGroup? {
    guard names(of: section).contains(name) else { return nil }
    return try AnalysisGroup(reading: name, of: section.rawValue, path: path)
  }
}
