import Foundation
import HDF5

/// An analysis file: what it says of itself and what it holds.
public struct AnalysisFile: Sendable {
  /// Root attribute `format`.
  public static let format = "locus-analysis"
  /// Goes up when a reader of the last version would misread a file: version 2 brought texts of any length.
  public static let version = 2
  /// The first version whose files this program reads.
  static let firstVersion = 1

  /// One analysis in the file.
  public struct Content: Sendable {
    /// The section that holds the group.
    public let section: AnalysisSection
    /// The group's name.
    public let name: String
    /// What was asked and how, with the null and the sources.
    public let comment: String
    /// The group's dimensions and their lengths.
    public let dimensions: [(name: String, length: Int)]
    /// Names and meanings of the datasets.
    public let variables: [(name: String, longName: String)]
  }

  /// The file's path.
  public let path: String
  /// The provenance of the section that was written last.
  public let provenance: AnalysisProvenance
  /// The provenance of each section that the file has; those of older versions have but one, which says no more than
  /// the file.
  public let sections: [AnalysisSection: AnalysisProvenance]
  /// What groups the file has.
  public let contents: [Content]

  /// Reads everything but the values.
  public init(path: String) throws {
    let file = try File.open(path)
    guard try file.hasAttribute("format"), try file.textAttribute("format") == AnalysisFile.format else {
      throw ArchiveError("cannot read \(path): it is an HDF5 file but no analysis; name one that locus analyze wrote")
    }
    let version = try file.integerAttribute("format_version")
    guard (Int64(AnalysisFile.firstVersion)...Int64(AnalysisFile.version)).contains(version) else {
      throw ArchiveError(
        "cannot read \(path): its format version is \(version) and this program reads \(AnalysisFile.firstVersion) to "
          + "\(AnalysisFile.version); use the version of locus that wrote it")
    }
    self.path = path
    var provenance = AnalysisProvenance(
      locusVersion: try file.textAttribute("locus_version"), created: try file.textAttribute("created"),
      commandLine: try file.textAttribute("command_line"), source: try file.textAttribute("source"),
      sourcePlanSHA256: try file.textAttribute("source_plan_sha256"))
    provenance.progress = try file.readProgress()
    var sections: [AnalysisSection: AnalysisProvenance] = [:]
    var contents: [Content] = []
    for section in AnalysisSection.allCases where try file.kind(ofMember: section.rawValue) != nil {
      let root = try file.openGroup(section.rawValue)
      sections[section] = try AnalysisFile.provenance(of: root, file: provenance)
      for name in try root.memberNames() { contents.append(try AnalysisFile.content(name, of: section, in: root)) }
      try root.close()
    }
    guard !sections.isEmpty else {
      throw ArchiveError("cannot read \(path): it is an analysis file without any analysis; the file is damaged")
    }
    try file.close()
    self.provenance = provenance
    self.sections = sections
    self.contents = contents
  }

  // MARK: Paths

  /// Where the analysis of a file or folder goes by default: `demo.h5` has `demo.analysis.h5` beside it.
  public static func path(besides file: String) -> String {
    let name = file.count > 1 && file.hasSuffix("/") ? file.dropLast() : file[...]
    let ending = [".h5", ".safetensors", ".json", ".npy", ".npz"].first { name.hasSuffix($0) } ?? ""
    return name.dropLast(ending.count) + ".analysis.h5"
  }

  /// Whether an analysis file, of any version, is at this path.
  public static func isAnalysis(_ path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    return (try? file.textAttribute("format")) == format
  }

  // MARK: Parts

  private static func provenance(
    of root: borrowing Group, file: AnalysisProvenance
  ) throws -> AnalysisProvenance {
    guard try root.hasAttribute("created") else { return file }
    var provenance = file
    provenance.locusVersion = try root.textAttribute("locus_version")
    provenance.created = try root.textAttribute("created")
    provenance.commandLine = try root.textAttribute("command_line")
    return provenance
  }

  private static func content(
    _ name: String, of section: AnalysisSection, in root: borrowing Group
  ) throws -> Content {
    let group = try root.openGroup(name)
    var dimensions: [(name: String, length: Int)] = []
    var variables: [(name: String, longName: String)] = []
    for member in try group.memberNames() {
      let dataset = try group.openDataset(member)
      // Every dimension scale of HDF5 has this attribute, and nothing else of ours.
      if try dataset.hasAttribute("CLASS") {
        dimensions.append((member, dataset.shape.first ?? 0))
      } else if try !dataset.hasAttribute(Column.namesOf) {
        variables.append((member, try dataset.textAttribute("long_name")))
      }
      try dataset.close()
    }
    let comment = try group.textAttribute("comment")
    try group.close()
    return Content(section: section, name: name, comment: comment, dimensions: dimensions, variables: variables)
  }
}
