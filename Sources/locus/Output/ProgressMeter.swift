import Basics
import Foundation
import Screen

/// Progress on standard error: a bar on a terminal, a line a minute elsewhere.
struct ProgressMeter {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let started = ContinuousClock.now
  private var screeningSince: ContinuousClock.Instant?
  private var lastShown: ContinuousClock.Instant?
  private var hasBar = false

  init(isShown: Bool) { self.isShown = isShown }

  mutating func show(_ progress: ScreenProgress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if progress.phase == .screening, screeningSince == nil { screeningSince = now }
    if progress.phase == .screening {
      // Elsewhere than on a terminal a first line soon says that all is well.
      let wait = Duration.seconds(isTerminal ? 0.2 : lastShown == nil ? 10 : 60)
      guard now - (lastShown ?? screeningSince ?? started) >= wait else { return }
      lastShown = now
    }
    let line = text(progress)
    if isTerminal {
      hasBar = true
      Console.write("\r\u{1B}[2K" + line)
    } else {
      Console.note(line)
    }
  }

  /// Ends the bar's line.
  mutating func end() {
    guard hasBar else { return }
    Console.write("\r\u{1B}[2K")
    hasBar = false
  }

  // MARK: Words

  private func text(_ progress: ScreenProgress) -> String {
    switch progress.phase {
    case .baseline:
      let before = progress.unitsBefore
      return before > 0
        ? "continuing: \(before.grouped) of \(progress.unitCount.grouped) units are finished already; generating the "
          + "baseline"
        : "generating the baseline"
    case .gathering: return "gathering \(progress.mutations.mutationCount.grouped) phenotypes"
    case .screening: break
    }
    let share = progress.workDone
    var line = String(format: "%3.0f %%", 100 * share)
    if isTerminal { line = bar(share) + " " + line }
    line += "  unit \(progress.unitsDone.grouped) of \(progress.unitCount.grouped)"
    if let rate = progress.mutations.mutationsPerSecond { line += "  \(RateText.of(rate)) mutations/s" }
    if let left = progress.secondsLeft { line += "  \(TimeText.of(left)) left" }
    return line
  }

  private func bar(_ share: Double) -> String {
    let width = 30
    let full = min(width, max(0, Int(share * Double(width))))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }
}

/// Numbers a second: digits behind the point where there are few before it.
enum RateText {
  static func of(_ rate: Double) -> String {
    String(format: rate < 0.995 ? "%.2f" : rate < 9.95 ? "%.1f" : "%.0f", rate)
  }
}

/// Durations as a person says them.
enum TimeText {
  static func of(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "an unknown time" }
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
    if whole < 172_800 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return "\(whole / 86400) d \(whole % 86400 / 3600) h"
  }
}
