import Archive
import Foundation

/// What is at the path of an output before a screen starts.
struct OutputPlace {
  let path: String
  let planSHA256: String
  let part: ScreenPart?

  /// Whether the finished result of this plan, or of this part of it, is there. Throws if anything else is, unless it is to be
  /// replaced.
  func holdsResult(replacing: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
    if isFolder.boolValue {
      throw ScreenError("cannot write the results to \(path): it is a folder; name a file, such as \(path)/screen.h5")
    }
    if replacing { return false }
    guard let found = try? provenance() else {
      throw ScreenError(
        "cannot write the results to \(path): a file that is no screen's result is there; "
          + "choose another name, or replace it with --force")
    }
    guard found.planSHA256 == planSHA256 else {
      throw ScreenError(
        "cannot write the results to \(path): it holds the result of another plan (\(found.modelName), "
          + "\(found.created)); choose another name, or replace it with --force")
    }
    return true
  }

  private func provenance() throws -> Provenance {
    let results = try ResultsFile(path: path)
    let provenance = results.summary.provenance
    try results.close()
    return provenance
  }
}
