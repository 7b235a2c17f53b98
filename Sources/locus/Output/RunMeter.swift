import Basics
import Foundation
import ModelTraining
import Runs
import Studies

/// How far a run is, on standard error: one line that changes on a terminal, a line a minute elsewhere.
final class RunMeter {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastShown: ContinuousClock.Instant?
  private let started = ContinuousClock.now
  private var hasLine = false

  init(isShown: Bool) { self.isShown = isShown }

  /// Shows a run of one stage.
  func show(_ progress: RunProgress) { show(progress, "\(progress.phase): \(RunMeter.count(progress))") }

  /// Shows studies.
  func show(_ progress: StudyStages.Progress) {
    let stage = progress.stage
    show(progress.workDone, "\(progress.study), \(stage.phase): \(RunMeter.count(stage))", progress.secondsLeft)
  }

  /// Shows a training with its loss.
  func show(_ progress: TrainingRun.Progress) {
    let loss = progress.loss.isFinite ? String(format: "  loss %.3f", progress.loss) : ""
    show(progress.run, "step \(RunMeter.count(progress.run))\(loss)")
  }

  private func show(_ progress: RunProgress, _ words: String) {
    show(progress.workDone, words, progress.secondsLeft)
  }

  private static func count(_ progress: RunProgress) -> String {
    "\(progress.piecesDone.grouped) of \(progress.pieceCount.grouped)"
  }

  private func show(_ share: Double, _ words: String, _ secondsLeft: Double?) {
    guard isShown else { return }
    let now = ContinuousClock.now
    // Elsewhere than on a terminal a first line soon says that all is well.
    let wait = Duration.seconds(isTerminal ? 0.2 : lastShown == nil ? 10 : 60)
    guard now - (lastShown ?? started) >= wait else { return }
    lastShown = now
    var line = String(format: "%3.0f %%", 100 * share) + "  " + words
    if let secondsLeft { line += "  \(TimeText.of(secondsLeft)) left" }
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
