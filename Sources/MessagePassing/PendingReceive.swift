import CMPI

/// A receive under way, the owner of the memory it will fill.
///
/// Destroyed before its message has come, it withdraws the receive; that concerns this process only.
public final class PendingReceive {
  private let buffer: UnsafeMutablePointer<Int64>
  private let attempt: String
  private var request: mpi_request
  private var message: Message?

  init(communicator: Communicator, source: Int?, tag: Int, count: Int) throws {
    precondition(count >= 0 && count <= Communicator.messageLimit / MemoryLayout<Int64>.stride, "too long a message")
    let from = source.map { "rank \($0)" } ?? "any rank"
    attempt = "receiving at most \(count) numbers with tag \(tag) from \(from)"
    request = mpi_no_request()
    let memory = UnsafeMutablePointer<Int64>.allocate(capacity: max(count, 1))
    buffer = memory
    let status = mpi_start_receive(
      communicator.handle, memory, Int32(count), MPI_SHIM_INT64, source.map(Int32.init) ?? mpi_any_source(),
      Int32(tag), &request)
    try check(status, attempt)
  }

  deinit {
    mpi_cancel_receive(&request)
    buffer.deallocate()
  }

  /// The message if it has come, nil otherwise; asked again, the same message.
  public func test() throws -> Message? {
    if let message { return message }
    var isComplete: Int32 = 0
    var envelope = mpi_envelope()
    try check(mpi_test(&request, MPI_SHIM_INT64, &isComplete, &envelope), attempt)
    return isComplete != 0 ? complete(envelope) : nil
  }

  /// The message, once it has come.
  public func wait() throws -> Message {
    if let message { return message }
    var envelope = mpi_envelope()
    try check(mpi_wait(&request, MPI_SHIM_INT64, &envelope), attempt)
    return complete(envelope)
  }

  // MARK: Private

  private func complete(_ envelope: mpi_envelope) -> Message {
    let values = Array(UnsafeBufferPointer(start: buffer, count: max(0, Int(envelope.count))))
    let message = Message(values: values, source: Int(envelope.source))
    self.message = message
    return message
  }
}
