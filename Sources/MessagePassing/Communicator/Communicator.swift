import CMPI

/// A group of processes that exchange messages among themselves only.
///
/// Sendable although MPI's handle is not known to be: the handle never changes, and the session promises MPI one thread
/// at a time, which the callers keep. Calls named collective must be made by every rank, in the same order; when one
/// rank throws, the others wait for it in vain, so that the program has to end with `abort(status:)`.
public struct Communicator: @unchecked Sendable {
  /// The most bytes one message carries; longer data goes in several, because MPI counts with 32 bits.
  public static let messageLimit = 1 << 30

  /// The number of this process, from 0 up to `size`.
  public let rank: Int

  /// How many processes there are.
  public let size: Int

  /// MPI's handle, for libraries that take one.
  package let handle: mpi_communicator

  init(handle: mpi_communicator) throws {
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(mpi_rank(handle, &rank), "asking for the rank")
    try check(mpi_size(handle, &size), "asking for the number of ranks")
    self.handle = handle
    self.rank = Int(rank)
    self.size = Int(size)
  }

  /// The name of the host this process runs on.
  public var hostName: String {
    text(capacity: mpi_max_processor_name(), MPI_Get_processor_name) ?? "unknown"
  }

  // MARK: Together

  /// Returns when every rank has come here; collective.
  public func barrier() throws {
    try check(mpi_barrier(handle), "waiting for all ranks at a barrier")
  }

  /// The ranks that gave the same color, ordered by `key` and then by rank here; nil for those that gave none.
  /// Collective.
  public func split(color: Int?, key: Int) throws -> Communicator? {
    precondition(color.map { $0 >= 0 && $0 <= Int(Int32.max) } ?? true, "a color is a 32-bit number of at least 0")
    var part = handle
    let status = mpi_split(handle, color.map(Int32.init) ?? mpi_undefined(), Int32(key), &part)
    try check(status, "splitting the ranks by color")
    return try color.map { _ in try part.withErrorsReturned() }
  }

  /// The ranks that share memory with this one, in the order they have here; collective.
  public func splitByNode() throws -> Communicator {
    var part = handle
    try check(mpi_split_by_node(handle, Int32(rank), &part), "splitting the ranks by node")
    return try part.withErrorsReturned()
  }

  /// The same ranks with messages of their own, for a library or a task that must not meet others' messages;
  /// collective.
  public func duplicate() throws -> Communicator {
    var copy = handle
    try check(mpi_duplicate(handle, &copy), "duplicating a communicator")
    return try copy.withErrorsReturned()
  }

  /// Gives back a communicator made by `split`, `splitByNode` or `duplicate`, which is of no use afterwards;
  /// collective.
  public func free() throws {
    try check(mpi_free_communicator(handle), "freeing a communicator")
  }

  // MARK: The end

  /// Ends every process of the program with this exit status, without waiting for any.
  public func abort(status: Int32) -> Never {
    mpi_abort(handle, status)
  }

  /// Stops on a rank that is none of this communicator's.
  func requireRank(_ other: Int) {
    precondition(other >= 0 && other < size, "rank \(other) is none of the \(size) ranks")
  }
}

extension mpi_communicator {
  fileprivate func withErrorsReturned() throws -> Communicator {
    try check(mpi_return_errors(self), "asking for errors to be returned")
    return try Communicator(handle: self)
  }
}
