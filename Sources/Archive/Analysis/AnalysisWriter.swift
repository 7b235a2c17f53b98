import Basics
import Foundation
import HDF5

/// Writes an analysis file: under a temporary name until it is whole. For one process; several may write one file at
/// once, each a section of its own.
public struct AnalysisWriter: Sendable {
  /// The path of the analysis file; of the file itself where a symbolic link was named.
  public let path: String

  /// How often the file is written again because another program replaced it meanwhile, where that cannot be prevented.
  private static let attemptLimit = 10

  /// Looks at what is at `path`: an analysis file will be replaced, anything else is an error. A symbolic link stays,
  /// and what it leads to is written.
  public init(path: String) throws {
    let path = try OutputTarget.resolve(path)
    if FileManager.default.fileExists(atPath: path), !AnalysisFile.isAnalysis(path) {
      throw ArchiveError(
        "cannot write the analysis to \(path): something that is no analysis file is there; "
          + "choose another name with --output"
      )
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      throw ArchiveError(
        "cannot write the analysis to \(path): \(SystemError.reason(errno)); "
          + "check that the folder \(folder) exists and can be written")
    }
    self.path = path
  }

  /// Writes the groups of a section and gives the file its name; leaves nothing behind when it fails.
  ///
  /// Sections of others that are at the path already stay there if they are of the same source, as far as it was, and
  /// are what is returned; what cannot be read is not kept.
  @discardableResult
  public func write(
    _ groups: [AnalysisGroup], to section: AnalysisSection = .analysis, provenance: AnalysisProvenance
  ) throws -> [AnalysisSection] {
    // On a file system without locks the other's file is noticed by its change, which leaves a moment between the last
    // look and the renaming.
    let lock = try ReplacementLock(file: path)
    defer { lock.release() }
    let temporaryPath = path + (lock.isHeld ? ".partial" : ".\(getpid()).partial")
    for _ in 0..<AnalysisWriter.attemptLimit {
      let before = state
      let kept = self.kept(beside: section, of: provenance)
      do {
        let own = Section(section: section, groups: groups, provenance: provenance)
        try writeTemporary(kept + [own], provenance, to: temporaryPath)
      } catch {
        unlink(temporaryPath)
        throw error
      }
      guard lock.isHeld || state == before else { continue }
      guard rename(temporaryPath, path) == 0 else {
        let reason = SystemError.reason(errno)
        unlink(temporaryPath)
        throw ArchiveError("cannot rename \(temporaryPath) to \(path): \(reason); check the folder and run again")
      }
      return kept.map(\.section)
    }
    unlink(temporaryPath)
    throw ArchiveError("cannot write \(path): another program writes it again and again; wait for it and try again")
  }

  // MARK: Parts

  private struct Section {
    let section: AnalysisSection
    let groups: [AnalysisGroup]
    let provenance: AnalysisProvenance
  }

  /// What distinguishes the file that is there from any other; nil: there is none.
  private struct State: Equatable {
    let device: UInt64
    let number: UInt64
    let changedSeconds: Int
    let changedNanoseconds: Int
    let byteCount: Int
  }

  private var state: State? {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    return State(
      device: UInt64(truncatingIfNeeded: found.st_dev), number: UInt64(truncatingIfNeeded: found.st_ino),
      changedSeconds: Int(found.st_mtim.tv_sec), changedNanoseconds: Int(found.st_mtim.tv_nsec),
      byteCount: Int(found.st_size))
  }

  /// Other sections of the file that is to be replaced.
  private func kept(beside section: AnalysisSection, of provenance: AnalysisProvenance) -> [Section] {
    guard let file = try? AnalysisFile(path: path), file.provenance.source == provenance.source,
      file.provenance.sourcePlanSHA256 == provenance.sourcePlanSHA256,
      file.provenance.progress == provenance.progress
    else { return [] }
    return AnalysisSection.allCases.compactMap { other in
      guard other != section, let provenance = file.sections[other], let groups = try? file.groups(of: other) else {
        return nil
      }
      return Section(section: other, groups: groups, provenance: provenance)
    }
  }

  private func writeTemporary(_ sections: [Section], _ provenance: AnalysisProvenance, to path: String) throws {
    let file = try File.create(path, communicator: nil)
    try file.write(AnalysisFile.fileFormat)
    try file.setAttribute("locus_version", provenance.locusVersion)
    try file.setAttribute("created", provenance.created)
    try file.setAttribute("command_line", provenance.commandLine)
    try file.setAttribute("source", provenance.source)
    try file.setAttribute("source_plan_sha256", provenance.sourcePlanSHA256)
    let partly = provenance.progress.map { ", \($0.words)" } ?? ""
    try file.setAttribute("title", "What was found in \(provenance.source)\(partly)")
    if let progress = provenance.progress { try file.write(progress) }
    let history = sections.map { "\($0.provenance.created): \($0.provenance.commandLine)" }
    try file.setAttribute("history", history.joined(separator: "\n"))
    for section in sections { try write(section, to: file) }
    try file.close()
  }

  private func write(_ section: Section, to file: borrowing File) throws {
    let root = try file.createGroup(section.section.rawValue)
    try root.setAttribute("locus_version", section.provenance.locusVersion)
    try root.setAttribute("created", section.provenance.created)
    try root.setAttribute("command_line", section.provenance.commandLine)
    for group in section.groups { try group.write(to: root) }
    try root.close()
  }
}
