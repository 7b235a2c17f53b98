import Synchronization

/// A limit that is reached after so many questions, for runs that are to end early: each rank asks its own, between
/// steps or before pieces.
public final class QuestionLimit: Sendable {
  private let left: Mutex<Int>

  /// A limit that is not reached at the first `count` questions.
  public init(_ count: Int) { left = Mutex(count) }

  /// Whether more questions than that were asked.
  public func isReached() -> Bool {
    left.withLock {
      $0 -= 1
      return $0 < 0
    }
  }
}
