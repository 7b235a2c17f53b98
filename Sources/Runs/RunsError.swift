import Basics
import Foundation

/// The mark of errors of this module.
public enum RunsOrigin {}

/// What was wrong with a run, its journal or its output, in one sentence.
public typealias RunsError = Refusal<RunsOrigin>

extension RunsError {
  /// Makes an error of a call of the system that failed just now.
  static func system(_ attempt: String, advice: String) -> RunsError {
    RunsError("\(attempt): \(SystemError.reason(errno)); \(advice)")
  }
}
