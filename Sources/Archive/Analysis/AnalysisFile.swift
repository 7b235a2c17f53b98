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
  static let fileFormat = FileFormat(
    name: format, versions: firstVersion...version, noun: "analysis", command: "locus analyze")

  /// One analysis in the file.
  public typealias Content = GroupOutline<AnalysisSection>

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
    try file.check(AnalysisFile.fileFormat)
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
      contents += try Content.all(of: section, in: root)
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

  // MARK: Groups

  /// One analysis with all its values; nil if the section has none of this name.
  public func group(_ name: String, of section: AnalysisSection = .analysis) throws -> AnalysisGroup? {
    guard contents.contains(where: { $0.section == section && $0.name == name }) else { return nil }
    return try AnalysisGroup(reading: name, of: section.rawValue, path: path)
  }

  /// All analyses of a section with all their values, in the order of the file.
  func groups(of section: AnalysisSection) throws -> [AnalysisGroup] {
    try contents.filter { $0.section == section }.compactMap { try group($0.name, of: section) }
  }

  // MARK: Paths

  /// Where the analysis of a file or folder goes by default: `demo.h5` has `demo.analysis.h5` beside it.
  public static func path(besides file: String) -> String {
    let name = file.count > 1 && file.hasSuffix("/") ? file.dropLast() : file[...]
    let ending = [".h5", ".safetensors", ".json", ".npy", ".npz"].first { name.hasSuffix($0) } ?? ""
    return name.dropLast(ending.count) + ".analysis.h5"
  }

  /// Whether an analysis file, of any version, is at this path.
  public static func isAnalysis(_ path: String) -> Bool { fileFormat.isFile(at: path) }

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
}
