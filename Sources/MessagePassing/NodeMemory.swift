import CMPI

/// Memory that all ranks of a node see, each at an address of its own.
///
/// Nothing clears it: read only what has been written and made visible by `synchronize()`. A page belongs to the part
/// of the node whose processor writes it first, where the library does not touch it before (Open MPI 4 and MPICH do
/// not), so a rank should write what it will use most. The memory has no name once the object is made: whatever ends
/// the ranks, by a signal too, the system takes it back when the last of them is gone. A rank that dies leaves the
/// memory to the others, with its part half written; they wait for it in vain at the next collective call.
///
/// Freed by `free()` only, because that is collective; MPI must not end before.
public final class NodeMemory {
  /// Where it begins in this process, at a multiple of 64.
  public let base: UnsafeMutableRawPointer
  /// How many bytes the memory has.
  public let byteCount: Int
  private let node: Communicator
  private var window: mpi_window?

  private static let alignment = 64

  /// Room for so many bytes, the same on all ranks of `node`, which share memory as those of `splitByNode` do.
  /// Collective.
  ///
  /// Throws on all ranks when /dev/shm, where MPI libraries keep such memory, has not that many bytes free. That
  /// something else fills it later shows only when a page is written, as a bus error.
  public init(byteCount: Int, node: Communicator) throws {
    precondition(byteCount >= 0 && byteCount < 1 << 60, "a number of bytes")
    let attempt = "sharing \(byteCount) bytes between the \(node.size) ranks of \(node.hostName)"
    if node.size > 1 { try NodeMemory.requireSpace(for: byteCount, node: node, attempt: attempt) }
    var window = mpi_window()
    var start: UnsafeMutableRawPointer?
    // Libraries may begin behind a header of their own, so there is room to move up.
    try check(
      mpi_allocate_shared(node.handle, Int64(byteCount + NodeMemory.alignment), &window, &start), attempt)
    // Every rank moves up as rank 0 does: all then name one byte by one offset, even if their addresses were unlike.
    let own = start.map { Int(bitPattern: $0) } ?? 0
    let padding = Int(try node.broadcast(Int64(-own & (NodeMemory.alignment - 1)), from: 0))
    guard let start, (own + padding) % NodeMemory.alignment == 0 else {
      throw MessagePassingError(
        "\(attempt) over MPI failed: rank \(node.rank) sees it at another alignment than rank 0")
    }
    base = start + padding
    self.byteCount = byteCount
    self.node = node
    self.window = window
  }

  /// Waits for all ranks; what any of them has written before, all see after. Collective.
  public func synchronize() throws {
    guard let window else { preconditionFailure("the memory has not been freed") }
    try check(mpi_synchronize(node.handle, window), "waiting for all ranks at their shared memory")
  }

  /// Gives it back; nobody may read it after. Collective.
  public func free() throws {
    guard let window else { preconditionFailure("memory is freed once") }
    self.window = nil
    try check(mpi_free_window(window), "freeing shared memory")
  }

  // MARK: Private

  /// Asked before the library is: in Open MPI 4 only rank 0 would fail, and the others would wait for it for ever.
  private static func requireSpace(for byteCount: Int, node: Communicator, attempt: String) throws {
    let available = try node.broadcast(mpi_shim_shared_space(), from: 0)
    // A little more, because libraries add some of their own.
    guard available >= 0, available < Int64(byteCount + byteCount / 16 + 1 << 16) else { return }
    throw MessagePassingError(
      "\(attempt) over MPI failed: /dev/shm has \(available / 1_000_000) of "
        + "\(byteCount / 1_000_000 + 1) MB free; make it larger, or start one rank on each node")
  }
}
