import Basics
import CMPI

/// The mark of what MPI refuses.
public enum MessagePassingOrigin {}

/// A call to MPI that failed, in one sentence: what was attempted, and what MPI said.
public typealias MessagePassingError = Refusal<MessagePassingOrigin>

/// Throws unless `status` is MPI_SUCCESS; every call to MPI passes through here.
func check(_ status: Int32, _ attempt: @autoclosure () -> String) throws {
  guard status != mpi_success() else { return }
  let reason = text(capacity: mpi_max_error_string()) { MPI_Error_string(status, $0, $1) } ?? "error \(status)"
  throw MessagePassingError("\(attempt()) over MPI failed: \(reason)")
}

/// The text a C function writes into a buffer of at most `capacity` characters, or nil when the function fails.
func text(
  capacity: Int32, _ write: (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(capacity) + 1) { buffer in
    guard let start = buffer.baseAddress else { return nil }
    var length: Int32 = 0
    guard write(start, &length) == mpi_success(), length >= 0, length <= capacity else { return nil }
    return String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
