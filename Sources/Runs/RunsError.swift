import Foundation

/// What was wrong with a journal or its lock, in one sentence.
public struct JournalError: Error, CustomStringConvertible, Sendable {
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }

  /// A call of the system failed just now.
  static func system(_ attempt: String, advice: String) -> JournalError {
    JournalError("\(attempt): \(String(cString: strerror(errno)).lowercased()); \(advice)")
  }
}
