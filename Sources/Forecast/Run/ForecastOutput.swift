import Archive
import Foundation
import Runs

/// What may be at the output of a forecast already.
public enum ForecastOutput {
  /// Whether the finished forecast of this very plan is there. Throws if anything else is, unless it is to be replaced.
  public static func findsResult(at place: OutputPlace, replacing: Bool) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else { return false }
    if isFolder.boolValue {
      throw ForecastError(
        "cannot write the forecast to \(place.path): it is a folder; name a file, such as \(place.path)/forecast.h5")
    }
    if replacing { return false }
    guard let found = try? provenance(place.path) else {
      throw ForecastError(
        "cannot write the forecast to \(place.path): a file that is no forecast is there; "
          + "choose another name, or replace it with --force")
    }
    guard found.planSHA256 == place.planSHA256 else {
      throw ForecastError(
        "cannot write the forecast to \(place.path): it holds another forecast (\(found.modelName), "
          + "\(found.created)); choose another name, or replace it with --force")
    }
    return true
  }

  private static func provenance(_ path: String) throws -> Provenance {
    let file = try ForecastFile(path: path)
    let provenance = file.summary.provenance
    try file.close()
    return provenance
  }
}
