import Basics
import CHDF5

/// The mark of what HDF5 refuses.
public enum HDF5Origin {}

/// An operation on an HDF5 file that failed, in one sentence: what was attempted, on which file and object, and what
/// HDF5 said.
public typealias HDF5Error = Refusal<HDF5Origin>

/// Returns `status`, or throws when HDF5 marks it as a failure; every call to HDF5 passes through here.
@discardableResult
func check<Status: SignedInteger>(_ status: Status, _ attempt: @autoclosure () -> String) throws -> Status {
  guard status < 0 else { return status }
  throw HDF5Error("\(attempt()) failed: \(innermostReason())")
}

/// What the function of HDF5 that first noticed the failure has to say; the functions above it only say that they
/// failed.
private func innermostReason() -> String {
  var reason = ""
  withUnsafeMutablePointer(to: &reason) { target in
    _ = H5Ewalk2(
      0, H5E_WALK_UPWARD,
      { depth, entry, target in
        guard depth == 0, let entry, let text = entry.pointee.desc else { return 0 }
        target?.assumingMemoryBound(to: String.self).pointee = String(cString: text)
        return 0
      }, target)
  }
  return reason.isEmpty ? "HDF5 gave no reason" : reason
}
