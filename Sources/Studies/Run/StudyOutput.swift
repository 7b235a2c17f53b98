import Archive
import Foundation
import Runs

/// What may be at the output of studies already.
public enum StudyOutput {
  /// Whether the finished result of this very plan is there. Throws if anything else is, unless it is to be replaced.
  public static func findsResult(at place: OutputPlace, replacing: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else { return false }
    if isFolder.boolValue {
      throw StudiesError(
        "cannot write the results to \(place.path): it is a folder; name a file, such as \(place.path)/studies.h5")
    }
    if replacing { return false }
    guard let found = try? StudyFile(path: place.path).provenance else {
      throw StudiesError(
        "cannot write the results to \(place.path): a file that is no result of studies is there; "
          + "choose another name, or replace it with --force")
    }
    guard found.planSHA256 == place.planSHA256 else {
      throw StudiesError(
        "cannot write the results to \(place.path): it holds the result of other studies (\(found.modelName), "
          + "\(found.created)); choose another name, or replace it with --force")
    }
    return true
  }
}
