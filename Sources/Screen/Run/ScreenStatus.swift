import Foundation
import Runs

/// The status of a running or stopped screen.
public typealias ScreenStatus = DetailedStatus<MutationProgress>

/// Keeps the status of a screen up to date, on rank 0.
struct ScreenStatusKeeper {
  private var keeper: StatusKeeper<MutationProgress>
  private let start: StartRecord
  private var screeningSince: ContinuousClock.Instant?

  init(folder: JournalFolder, start: StartRecord) {
    keeper = StatusKeeper(folder: folder)
    self.start = start
  }

  /// Takes note of the progress; a new phase is written at once.
  mutating func note(_ progress: ScreenProgress) {
    let now = ContinuousClock.now
    if progress.phase == .screening, screeningSince == nil { screeningSince = now }
    keeper.note(
      RunStatus(
        progress: progress.run, evaluatingSeconds: screeningSince.map { (now - $0).seconds } ?? 0, start: start),
      progress.mutations)
  }

  /// Says that the screen has stopped.
  func stopped(_ reason: String) { keeper.stopped(reason) }
}
