import Foundation
import MessagePassing

/// MPI for the tests of one process, with or without mpirun.
public enum World {
  /// Kept until the process exits, so that MPI is finished there.
  private nonisolated(unsafe) static var session: Session?
  private static let lock = NSRecursiveLock()

  private static let communicator = Result<Communicator, any Error> {
    // A program that another test starts meanwhile inherits open files, and would keep them locked.
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1)
    let started = try Session()
    let world = started.world
    session = consume started
    atexit { try? World.session.take()?.finish() }
    return world
  }

  /// Runs `body` while no other test of this process uses MPI or HDF5, which take one thread at a time.
  ///
  /// Under mpirun tests must also come in the same order on all ranks: `--no-parallel`.
  public static func run<Value>(_ body: (Communicator) throws -> Value) throws -> Value {
    lock.lock()
    defer { lock.unlock() }
    return try body(communicator.get())
  }
}
