import Foundation

/// What was wrong with a run, its journal or its output, in one sentence.
public struct RunsError: Error, CustomStringConvertible, Sendable {
  /// The sentence.
  public let message: String

  /// An error with this sentence.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }

  /// A call of the system failed just now.
  static func system(_ attempt: String, advice: String) -> RunsError {
    RunsError("\(attempt): \(String(cString: strerror(errno)).lowercased()); \(advice)")
  }
}
