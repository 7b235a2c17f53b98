import Basics
import Synchronization

/// The progress of a geometry under way: one line that says how far it is, and what is safe when a signal comes.
final class GeometryProgress: Sendable {
  private let folder: String
  private let notice: StopNotice
  private let meter: Mutex<CountMeter>

  /// Makes the progress of a run whose journal is `folder`.
  init(folder: String, notice: StopNotice, isShown: Bool) {
    self.folder = folder
    self.notice = notice
    meter = Mutex(CountMeter(isShown: isShown))
  }

  /// What is safe, in words.
  func safety(_ pieces: Int) -> String { "\(pieces.grouped) pieces are safe in \(folder); the same command continues" }

  /// Says from now on that so many pieces are safe.
  func set(safe pieces: Int) { notice.set(safety(pieces)) }

  /// Shows how far a step is; the first time of each, what was finished before counts for none of its speed.
  func show(step: Int, _ name: String, done: Int, of count: Int, isFirst: Bool) {
    meter.withLock { meter in
      if isFirst {
        meter.end()
        meter.begin(from: done)
      }
      meter.show("step \(step + 1), \(name):", done, of: count, tellsTimeLeft: true)
    }
  }

  /// Clears the line.
  func clearLine() { meter.withLock { $0.end() } }
}
