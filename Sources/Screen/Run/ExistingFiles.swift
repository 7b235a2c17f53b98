import Foundation

/// What is to happen with what is at the output already.
public struct ExistingFiles: Sendable {
  /// Any file there is replaced.
  public var replacesFile = false
  /// The finished result of this very plan stays even so.
  public var keepsResult = false
  /// Where nothing may be while this file is not whole, unless it is to be replaced: what is made from it later.
  public var later: [String] = []
  /// What a journal holds is thrown away.
  public var restarts = false

  /// Takes what is allowed; by default nothing is replaced.
  public init(replacesFile: Bool = false, keepsResult: Bool = false, later: [String] = [], restarts: Bool = false) {
    self.replacesFile = replacesFile
    self.keepsResult = keepsResult
    self.later = later
    self.restarts = restarts
  }

  /// Whether the finished result is there and stays.
  func findsResult(at place: OutputPlace) throws -> Bool {
    if keepsResult, (try? place.holdsResult(replacing: false)) == true { return true }
    if try place.holdsResult(replacing: replacesFile) { return true }
    // It would be met only after all the hours that this file may take.
    if !replacesFile, let path = later.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      throw ScreenError(
        "cannot write the results to \(path): a file is there, but not the whole \(place.path) that it is to be made "
          + "from; choose another name, or replace it with --force")
    }
    return false
  }
}
