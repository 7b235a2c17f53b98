import Foundation
import MessagePassing

/// MPI for the tests of one process, with or without mpirun.
enum World {
  /// Kept until the process exits, so that MPI is finished there; this target's tests need not be the first to start
  /// it.
  private nonisolated(unsafe) static var session: Session?

  private static let communicator = Result<Communicator, any Error> {
    let started = try Session()
    let world = started.world
    session = consume started
    atexit {
      try? World.session.take()?.finish()
      unlink(World.lockPath)
    }
    return world
  }

  private static let lockPath = NSTemporaryDirectory() + "one-thread-at-a-time.\(getpid())"

  /// Runs `body` while no other test of this process uses MPI or HDF5, which take one thread at a time.
  ///
  /// The lock is a file, because the test targets share a process and no module. Under mpirun, tests must also come in
  /// the same order on all ranks: `--no-parallel`. Without O_CLOEXEC a daemon that MPI starts would hold the lock too.
  static func run<Value>(_ body: (Communicator) throws -> Value) throws -> Value {
    let lock = open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw CocoaError(.fileLocking) }
    defer { close(lock) }
    return try body(communicator.get())
  }
}
