import Basics
import Foundation

/// The mark of what journals refuse.
public enum JournalOrigin {}

/// What was wrong with a journal or its lock, in one sentence.
public typealias JournalError = Refusal<JournalOrigin>

extension JournalError {
  /// Makes an error of a call of the system that failed just now.
  static func system(_ attempt: String, advice: String) -> JournalError {
    JournalError("\(attempt): \(SystemError.reason(errno)); \(advice)")
  }
}
