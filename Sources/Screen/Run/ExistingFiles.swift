import Archive
import Basics
import Foundation
import Runs

/// What is to happen with what is at the output of a screen already.
public struct ExistingFiles: Sendable {
  /// Whether any file there is replaced.
  public var replacesFile = false
  /// Whether the finished result of this very plan stays even so.
  public var keepsResult = false
  /// Where nothing may be while this file is not whole, unless it is to be replaced: what is made from it later.
  public var later: [String] = []
  /// Whether what a journal holds is thrown away.
  public var restarts = false

  /// Says what may be replaced or thrown away; by default nothing is.
  public init(replacesFile: Bool = false, keepsResult: Bool = false, later: [String] = [], restarts: Bool = false) {
    self.replacesFile = replacesFile
    self.keepsResult = keepsResult
    self.later = later
    self.restarts = restarts
  }

  /// Whether the finished result is there and stays.
  func findsResult(at place: OutputPlace, part: ScreenPart?) throws -> Bool {
    if keepsResult, (try? place.holdsResult(ofPart: part, replacing: false)) == true { return true }
    if try place.holdsResult(ofPart: part, replacing: replacesFile) { return true }
    // It would be met only after all the hours that this file may take.
    if !replacesFile, let path = later.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      throw ScreenError(
        "cannot write the results to \(path): a file is there, but not the whole \(place.path) that it is to be made "
          + "from; choose another name, or replace it with --force")
    }
    return false
  }
}

extension OutputPlace {
  /// Whether the finished result of this plan, or of this part of it, is there. Throws if anything else is, unless it
  /// is to be replaced.
  func holdsResult(ofPart part: ScreenPart?, replacing: Bool) throws -> Bool {
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
    guard found.progress == nil else {
      throw ScreenError(
        "cannot write the results to \(path): it holds but a part of this plan's, which locus analyze --partial made; "
          + "choose another name, or replace it with --force")
    }
    let foundPart = found.part.map { ScreenPart(index: $0.index, of: $0.count) }
    guard foundPart == part else {
      throw ScreenError(
        "cannot write the results to \(path): it holds \(foundPart.map { "part \($0)" } ?? "the whole") of this plan; "
          + "choose another name, or replace it with --force")
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
