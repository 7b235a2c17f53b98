import Basics
import Foundation

/// Where an output that is named by a symbolic link goes: a file gets its name by renaming, which would put it in the
/// link's place.
public enum OutputTarget {
  /// Symbolic links that are followed, as many as Linux follows.
  private static let linkLimit = 40

  /// The path that `path` leads to; its own where it is no link. What it leads to need not be there, but its folder
  /// must.
  public static func resolve(_ path: String) throws -> String {
    var target = path
    for _ in 0..<linkLimit {
      guard let next = link(at: target) else { return try checked(target, from: path) }
      let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
      target = next.hasPrefix("/") ? next : folder + "/" + next
    }
    throw ArchiveError(
      "cannot write \(path): it is a symbolic link that leads back to itself; remove it or choose another name")
  }

  /// Waits until what was written at `path` is on the disk, so that what it was made of may go.
  static func handToDisk(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    let failed = descriptor < 0 || fsync(descriptor) != 0
    let reason = SystemError.reason(errno)
    if descriptor >= 0 { close(descriptor) }
    if failed { throw ArchiveError("cannot hand \(path) to the disk: \(reason); check the disk and run again") }
  }

  /// What the link at `path` says; nil: there is no link.
  private static func link(at path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  private static func checked(_ target: String, from path: String) throws -> String {
    guard target != path else { return path }
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw ArchiveError(
        "cannot write \(path): it is a symbolic link to \(target), and the folder \(folder) does not exist; make the "
          + "folder, or remove the link")
    }
    return target
  }
}
