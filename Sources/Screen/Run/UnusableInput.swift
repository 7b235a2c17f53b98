/// What is wrong with a model or an input, as it shows only when the work has begun. All ranks throw the same together,
/// so that they can end by themselves.
public struct UnusableInput: Error, CustomStringConvertible, Sendable {
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}
