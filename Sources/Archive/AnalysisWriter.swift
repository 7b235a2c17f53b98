import Foundation
import HDF5

/// Writes an analysis file: under a temporary name until it is whole. For one process.
public struct AnalysisWriter: Sendable {
  public let path: String

  private var temporaryPath: String { path + ".partial" }

  /// Looks at what is at `path`: an analysis file will be replaced, anything else is an error.
  public init(path: String) throws {
    if FileManager.default.fileExists(atPath: path), !AnalysisFile.isAnalysis(path) {
      throw ArchiveError(
        "cannot write the analysis to \(path): something that is no analysis file is there; "
          + "choose another name with --output"
      )
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      throw ArchiveError(
        "cannot write the analysis to \(path): \(String(cString: strerror(errno))); "
          + "check that the folder \(folder) exists and can be written")
    }
    self.path = path
  }

  /// Writes the whole file and gives it its name; leaves nothing behind when it fails.
  public func write(_ groups: [AnalysisGroup], provenance: AnalysisProvenance) throws {
    do {
      try writeTemporary(groups, provenance)
    } catch {
      unlink(temporaryPath)
      throw error
    }
    guard rename(temporaryPath, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporaryPath)
      throw ArchiveError("cannot rename \(temporaryPath) to \(path): \(reason); check the folder and run again")
    }
  }

  private func writeTemporary(_ groups: [AnalysisGroup], _ provenance: AnalysisProvenance) throws {
    let file = try File.create(temporaryPath, communicator: nil)
    try file.setAttribute("format", AnalysisFile.format)
    try file.setAttribute("format_version", Int64(AnalysisFile.version))
    try file.setAttribute("locus_version", provenance.locusVersion)
    try file.setAttribute("created", provenance.created)
    try file.setAttribute("command_line", provenance.commandLine)
    try file.setAttribute("source", provenance.source)
    try file.setAttribute("source_plan_sha256", provenance.sourcePlanSHA256)
    let root = try file.createGroup(AnalysisFile.rootGroup)
    for group in groups {
      let created = try root.createGroup(group.name)
      try created.setAttribute("comment", group.comment)
      try created.create(group.columns, dimensions: group.scales)
      for variable in group.variables {
        let dataset = try created.openDataset(variable.name)
        try variable.values.write(to: dataset)
        try dataset.close()
      }
      try created.close()
    }
    try root.close()
    try file.close()
  }
}
