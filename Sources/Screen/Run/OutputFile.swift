import Archive
import Basics
import Foundation
import MessagePassing
import Runs

/// The place of a screen's results file, and which units of the plan the file has.
public struct OutputFile: Sendable {
  /// The place, checked and locked before anything starts.
  public let run: RunOutput
  /// The part of the screen that the file is of; nil: the whole.
  public let part: ScreenPart?
  /// Units of the plan that the file has: all, or those of the part.
  public let units: Range<Int>

  /// The path of the file.
  public var path: String { run.path }
  /// What was found at the path.
  public var state: RunOutput.State { run.state }
  /// Where finished units are until the file is whole.
  public var journal: JournalFolder { run.journal }

  /// Looks at what is at `path`, locks it, and makes sure that its journal is of this plan: rank 0 does, and all ranks
  /// learn what it found and that they see the same folder. Collective.
  ///
  /// Where a symbolic link is named, it stays, and what it leads to is the output. Reads all weights once for their
  /// hash. Throws, and leaves nothing behind, if a mask is of another model, if something else is there, if somebody
  /// else writes it, or if the folder cannot be written. `noting` is given what a person may want to know meanwhile.
  public static func open(
    path: String, screen: PreparedScreen, part: ScreenPart? = nil, existing: ExistingFiles = ExistingFiles(),
    communicator: Communicator, noting: (String) -> Void = { _ in }
  ) throws -> OutputFile {
    let (units, path) = try communicator.agree { (try screen.units(of: part), try OutputTarget.resolve(path)) }
    let run = try RunOutput.open(
      path: path, restarts: existing.restarts, communicator: communicator, noting: noting,
      conditions: {
        let modelSHA256 = try screen.checkedModelSHA256()
        try screen.checkForecast(modelSHA256: modelSHA256)
        return Fingerprint(screen: screen, modelSHA256: modelSHA256).conditions(part: part)
      }, findsResult: { try existing.findsResult(at: $0, part: part) })
    return OutputFile(run: run, part: part, units: units)
  }
}
