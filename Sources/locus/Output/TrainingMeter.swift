import Basics
import Foundation
import ModelTraining

/// How far a training is, on standard error: one line that changes on a terminal, a line a minute elsewhere.
final class TrainingMeter {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastShown: ContinuousClock.Instant?
  private let started = ContinuousClock.now
  private var hasLine = false

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: TrainingRun.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    // Elsewhere than on a terminal a first line soon says that all is well.
    let wait = Duration.seconds(isTerminal ? 0.2 : lastShown == nil ? 10 : 60)
    guard now - (lastShown ?? started) >= wait else { return }
    lastShown = now
    var line = String(format: "%3.0f %%", 100 * progress.run.workDone)
    line += "  step \(progress.run.piecesDone.grouped) of \(progress.run.pieceCount.grouped)"
    if progress.loss.isFinite { line += String(format: "  loss %.3f", progress.loss) }
    if let left = progress.run.secondsLeft { line += "  \(TimeText.of(left)) left" }
    if isTerminal {
      hasLine = true
      Console.write("\r\u{1B}[2K" + line)
    } else {
      Console.note(line)
    }
  }

  /// Clears the line.
  func end() {
    guard hasLine else { return }
    Console.write("\r\u{1B}[2K")
    hasLine = false
  }
}
