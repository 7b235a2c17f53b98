import Basics

/// The mark of what linear algebra refuses.
public enum LinearAlgebraOrigin {}

/// A decomposition that cannot be made of these numbers, in one sentence.
public typealias LinearAlgebraError = Refusal<LinearAlgebraOrigin>

/// Throws what LAPACK's status says of an attempt.
func check(_ status: Int, _ attempt: String, _ reason: String) throws {
  precondition(status >= 0, "\(attempt): argument \(-status) is wrong")
  guard status == 0 else { throw LinearAlgebraError("\(attempt) failed: \(reason)") }
}
