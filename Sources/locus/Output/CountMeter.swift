import Basics
import Foundation
import Runs

/// How far something countable is, on standard error: one line that changes on a terminal, a line a minute elsewhere.
struct CountMeter {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var started = ContinuousClock.now
  private var doneBefore = 0
  private var lastShown = ContinuousClock.now
  private var hasLine = false

  init(isShown: Bool) { self.isShown = isShown }

  /// From now on it counts other things, of which `done` were there before.
  mutating func begin(from done: Int) {
    started = .now
    doneBefore = done
  }

  /// `tellsTimeLeft` where all things take alike long.
  mutating func show(_ what: String, _ done: Int, of total: Int, tellsTimeLeft: Bool = false) {
    let now = ContinuousClock.now
    guard isShown, now - lastShown >= .seconds(isTerminal ? 0.2 : 60) else { return }
    lastShown = now
    var line = "\(what) \(done.grouped) of \(total.grouped)"
    if tellsTimeLeft, done > doneBefore {
      let each = (now - started).seconds / Double(done - doneBefore)
      line += "  \(TimeText.of(each * Double(total - done))) left"
    }
    if isTerminal {
      hasLine = true
      Console.write("\r\u{1B}[2K" + line)
    } else {
      Console.note(line)
    }
  }

  /// Clears the line.
  mutating func end() {
    guard hasLine else { return }
    Console.write("\r\u{1B}[2K")
    hasLine = false
  }
}
