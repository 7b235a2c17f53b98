/// A decomposition that cannot be made of these numbers.
public struct LinearAlgebraError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws what LAPACK's status says of an attempt.
func check(_ status: Int, _ attempt: String, _ reason: String) throws {
  precondition(status >= 0, "\(attempt): argument \(-status) is wrong")
  guard status == 0 else { throw LinearAlgebraError("\(attempt) failed: \(reason)") }
}
