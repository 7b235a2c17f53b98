import Basics
import Foundation
import HDF5

/// A file that `locus atlas` wrote: all that the files of one model say of its units and regions, and how far they
/// agree.
public struct AtlasFile: Sendable {
  /// Root attribute `format`.
  public static let format = "locus-atlas"
  /// Goes up when a reader of the last version would misread a file.
  public static let version = 1
  static let fileFormat = FileFormat(name: format, versions: 1...version, noun: "atlas", command: "locus atlas")

  /// The group of the root that holds the atlas, a group for each table.
  public enum Section: String, CaseIterable, Sendable {
    /// The tables, what they have in common, and what stands out.
    case atlas
  }

  /// A file that was joined.
  public struct Origin: Equatable, Sendable {
    /// The file's name, without its folder.
    public let name: String
    /// Its format: `locus-screen`, `locus-study`, `locus-forecast`.
    public let format: String
    /// The hash of its plan.
    public let planSHA256: String

    /// Takes what a file says of itself.
    public init(name: String, format: String, planSHA256: String) {
      self.name = name
      self.format = format
      self.planSHA256 = planSHA256
    }
  }

  /// Where an atlas comes from: the file's root attributes.
  public struct Provenance: Equatable, Sendable {
    /// The version of the program that joined the files.
    public var locusVersion: String
    /// UTC, ISO 8601.
    public var created: String
    /// The command that joined them.
    public var commandLine: String
    /// The name of the model's folder or file.
    public var modelName: String
    /// The SHA-256 of the model's weights, which all files share.
    public var modelSHA256: String
    /// The files, in the order in which they were named.
    public var origins: [Origin]

    /// Takes what an atlas knows of itself.
    public init(
      locusVersion: String, created: String, commandLine: String, modelName: String, modelSHA256: String,
      origins: [Origin]
    ) {
      self.locusVersion = locusVersion
      self.created = created
      self.commandLine = commandLine
      self.modelName = modelName
      self.modelSHA256 = modelSHA256
      self.origins = origins
    }
  }

  /// The file's path.
  public let path: String
  /// The file's root attributes.
  public let provenance: Provenance
  /// What groups the file has.
  public let contents: [GroupOutline<Section>]

  /// Reads everything but the values.
  public init(path: String) throws {
    let file = try File.open(path)
    try file.check(AtlasFile.fileFormat)
    provenance = try file.readAtlasProvenance()
    let root = try file.openGroup(Section.atlas.rawValue)
    contents = try GroupOutline.all(of: .atlas, in: root)
    try root.close()
    try file.close()
    self.path = path
  }

  /// Whether an atlas, of any version, is at this path.
  public static func isAtlas(_ path: String) -> Bool { fileFormat.isFile(at: path) }

  /// A table with all its values; nil if the file has none of this name.
  public func group(_ name: String) throws -> AnalysisGroup? {
    guard contents.contains(where: { $0.name == name }) else { return nil }
    return try AnalysisGroup(reading: name, of: Section.atlas.rawValue, path: path)
  }

  /// The path to which an atlas named `path` is written goes through links; it is an error if something that is no
  /// atlas is there.
  public static func target(_ path: String) throws -> String {
    let target = try OutputTarget.resolve(path)
    guard !FileManager.default.fileExists(atPath: target) || isAtlas(target) else {
      throw ArchiveError(
        "cannot write the atlas to \(path): something that is no atlas is there; choose another name with --output")
    }
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      throw ArchiveError(
        "cannot write the atlas to \(path): \(SystemError.reason(errno)); check that the folder \(folder) exists and "
          + "can be written")
    }
    return target
  }

  /// Writes a whole file at a target, under another name until it is whole: the same bytes for the same content.
  public static func write(_ groups: [AnalysisGroup], _ provenance: Provenance, to target: String) throws {
    precondition(!groups.isEmpty, "an atlas has a table")
    // Under a lock one name is enough, so that the next atlas takes away what a killed one has left.
    let lock = try ReplacementLock(file: target)
    defer { lock.release() }
    let temporary = target + (lock.isHeld ? ".partial" : ".\(getpid()).partial")
    do {
      let file = try File.create(temporary, communicator: nil)
      try file.write(fileFormat)
      try file.write(provenance)
      let root = try file.createGroup(Section.atlas.rawValue)
      for group in groups { try group.write(to: root) }
      try root.close()
      try file.close()
      try OutputTarget.handToDisk(temporary)
      guard rename(temporary, target) == 0 else {
        throw ArchiveError(
          "cannot rename \(temporary) to \(target): \(SystemError.reason(errno)); check the folder and run again")
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}

extension File {
  fileprivate func write(_ provenance: AtlasFile.Provenance) throws {
    try setAttribute("title", "Atlas of \(provenance.modelName)")
    try setAttribute("history", "\(provenance.created): \(provenance.commandLine)")
    try setAttribute("locus_version", provenance.locusVersion)
    try setAttribute("created", provenance.created)
    try setAttribute("command_line", provenance.commandLine)
    try setAttribute("model_name", provenance.modelName)
    try setAttribute("model_sha256", provenance.modelSHA256)
    try setAttribute("source", provenance.origins.map(\.name))
    try setAttribute("source_format", provenance.origins.map(\.format))
    try setAttribute("source_plan_sha256", provenance.origins.map(\.planSHA256))
  }

  fileprivate func readAtlasProvenance() throws -> AtlasFile.Provenance {
    let (names, formats) = (try textListAttribute("source"), try textListAttribute("source_format"))
    let plans = try textListAttribute("source_plan_sha256")
    guard names.count == formats.count, names.count == plans.count else {
      throw ArchiveError("cannot read \(path): its sources have not each a name, a format and a plan; it is damaged")
    }
    return AtlasFile.Provenance(
      locusVersion: try textAttribute("locus_version"), created: try textAttribute("created"),
      commandLine: try textAttribute("command_line"), modelName: try textAttribute("model_name"),
      modelSHA256: try textAttribute("model_sha256"),
      origins: names.indices.map { .init(name: names[$0], format: formats[$0], planSHA256: plans[$0]) })
  }
}
