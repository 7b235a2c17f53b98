/// Why a screen cannot start or go on: one sentence for the person who started it.
public struct ScreenError: Error, CustomStringConvertible, Sendable {
  /// The sentence.
  public let message: String

  /// An error with this sentence.
  public init(_ message: String) { self.message = message }

  /// The sentence.
  public var description: String { message }
}
