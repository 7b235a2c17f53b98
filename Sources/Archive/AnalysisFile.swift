import Foundation
import HDF5

/// An analysis file: what it says of itself and what it holds.
public struct AnalysisFile: Sendable {
  /// Root attribute `format`.
  public static let format = "locus-analysis"
  /// Goes up when a reader of the last version would misread a file.
  public static let version = 1
  static let rootGroup = "analysis"

  /// One analysis in the file.
  public struct Content: Sendable {
    public let name: String
    public let comment: String
    public let dimensions: [(name: String, length: Int)]
    /// Names and meanings of the datasets.
    public let variables: [(name: String, longName: String)]
  }

  public let path: String
  public let provenance: AnalysisProvenance
  public let contents: [Content]

  /// Reads everything but the values.
  public init(path: String) throws {
    let file = try File.open(path)
    guard try file.hasAttribute("format"), try file.textAttribute("format") == AnalysisFile.format else {
      throw ArchiveError("cannot read \(path): it is an HDF5 file but no analysis; name one that locus analyze wrote")
    }
    let version = try file.integerAttribute("format_version")
    guard version == AnalysisFile.version else {
      throw ArchiveError(
        "cannot read \(path): its format version is \(version) and this program reads \(AnalysisFile.version); "
          + "use the version of locus that wrote it")
    }
    self.path = path
    provenance = AnalysisProvenance(
      locusVersion: try file.textAttribute("locus_version"), created: try file.textAttribute("created"),
      commandLine: try file.textAttribute("command_line"), source: try file.textAttribute("source"),
      sourcePlanSHA256: try file.textAttribute("source_plan_sha256"))
    let root = try file.openGroup(AnalysisFile.rootGroup)
    contents = try root.memberNames().map { try AnalysisFile.content($0, in: root) }
    try root.close()
    try file.close()
  }

  // MARK: Paths

  /// Where the analysis of a results file goes by default: `demo.h5` has `demo.analysis.h5` beside it.
  public static func path(besides results: String) -> String {
    let stem = results.hasSuffix(".h5") ? String(results.dropLast(3)) : results
    return stem + ".analysis.h5"
  }

  /// Whether an analysis file, of any version, is at this path.
  public static func isAnalysis(_ path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    return (try? file.textAttribute("format")) == format
  }

  // MARK: Parts

  private static func content(_ name: String, in root: borrowing Group) throws -> Content {
    let group = try root.openGroup(name)
    var dimensions: [(name: String, length: Int)] = []
    var variables: [(name: String, longName: String)] = []
    for member in try group.memberNames() {
      let dataset = try group.openDataset(member)
      // Every dimension scale of HDF5 has this attribute, and nothing else of ours.
      if try dataset.hasAttribute("CLASS") {
        dimensions.append((member, dataset.shape.first ?? 0))
      } else {
        variables.append((member, try dataset.textAttribute("long_name")))
      }
      try dataset.close()
    }
    let comment = try group.textAttribute("comment")
    try group.close()
    return Content(name: name, comment: comment, dimensions: dimensions, variables: variables)
  }
}
