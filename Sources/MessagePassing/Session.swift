import CMPI

/// The time between MPI's beginning and its end; a program makes one and finishes it last.
///
/// Without `mpirun` the world is this one process. Dropping a session without `finish()` leaves MPI running, because
/// the end is collective and must not depend on when a value happens to be destroyed.
public struct Session: ~Copyable {
  /// All processes that were started together.
  public let world: Communicator

  private let isOwner: Bool

  /// Starts MPI for use by one thread at a time, whichever thread it is; an MPI that runs already is used as it is.
  public init() throws {
    guard mpi_is_finalized() == 0 else {
      throw MessagePassingError("starting MPI failed: it was finished before, and starts only once a process")
    }
    let isOwner = mpi_is_initialized() == 0
    var hasSerializedThreads: Int32 = 0
    if isOwner {
      try check(mpi_initialize_serialized(&hasSerializedThreads), "starting a session")
    } else {
      hasSerializedThreads = mpi_has_serialized_threads()
    }
    guard hasSerializedThreads != 0 else {
      throw MessagePassingError(
        "starting MPI failed: this build has no MPI_THREAD_SERIALIZED, use one that was built with threads")
    }
    try check(mpi_return_errors(mpi_world()), "asking for errors to be returned")
    let world = try Communicator(handle: mpi_world())
    self.world = world
    self.isOwner = isOwner
  }

  /// Ends MPI; collective, and the last thing any process does with it. A session that found MPI running leaves it so.
  public consuming func finish() throws {
    guard isOwner else { return }
    try check(MPI_Finalize(), "finishing the session")
  }

  /// The MPI library's own description of itself, on one line.
  public static var libraryVersion: String {
    let version = text(capacity: mpi_max_library_version_string(), MPI_Get_library_version) ?? "unknown"
    return version.filter { $0 != "\0" }.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
