import Basics
import Foundation

/// Keeps a second program from replacing a file while the first one reads what stays in it and writes it anew.
///
/// The lock is the kernel's, on a file beside it that is there only meanwhile; it ends with its holder, however that
/// ends.
final class ReplacementLock {
  private let path: String
  private let descriptor: Int32
  /// False where the file system knows no locks: then nobody is kept away.
  let isHeld: Bool

  /// Waits for others as long as `patience`, in seconds, and is an error beyond.
  init(file: String, patience: Double = 120) throws {
    path = file + ".lock"
    let begun = ContinuousClock.now
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard opened >= 0 else {
        throw ArchiveError(
          "cannot write \(file): \(SystemError.reason(errno)) at \(path); check that its folder can be written")
      }
      let isLocked = flock(opened, LOCK_EX | LOCK_NB) == 0
      let isUnknown = !isLocked && errno != EWOULDBLOCK
      // The last holder may have removed the file after it was opened here.
      if isUnknown || isLocked && ReplacementLock.isSame(path, opened) {
        (descriptor, isHeld) = (opened, isLocked)
        return
      }
      close(opened)
      guard ContinuousClock.now - begun < .seconds(patience) else {
        throw ArchiveError(
          "cannot write \(file): another program has been writing it for \(Int(patience)) s; wait for it and try again")
      }
      usleep(20_000)
    }
  }

  /// Lets others go on. To be called once.
  func release() {
    // While it is held, so that nobody else's file of this name is removed.
    unlink(path)
    close(descriptor)
  }

  private static func isSame(_ path: String, _ descriptor: Int32) -> Bool {
    var (there, here) = (stat(), stat())
    return stat(path, &there) == 0 && fstat(descriptor, &here) == 0 && there.st_ino == here.st_ino
      && there.st_dev == here.st_dev
  }
}
