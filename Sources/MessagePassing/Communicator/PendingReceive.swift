import CMPI

/// A receive under way, the owner of the memory it will fill.
///
/// Destroyed before its message has come, it withdraws the receive; that concerns this process only.
public final class PendingReceive {
  private let buffer: UnsafeMutablePointer<Int64>
  private let count: Int
  private let attempt: String
  private var request: mpi_request
  private var message: Message?

  init(communicator: Communicator, source: Int?, tag: Int, count: Int) throws {
    precondition(count >= 0 && count < Communicator.messageLimit / MemoryLayout<Int64>.stride, "too long a message")
    let from = source.map { "rank \($0)" } ?? "any rank"
    attempt = "receiving at most \(count) numbers with tag \(tag) from \(from)"
    request = mpi_no_request()
    // One element more than asked for: some libraries cut a longer message and call that success.
    let memory = UnsafeMutablePointer<Int64>.allocate(capacity: count + 1)
    buffer = memory
    self.count = count
    let status = mpi_start_receive(
      communicator.handle, memory, Int32(count + 1), MPI_SHIM_INT64, source.map(Int32.init) ?? mpi_any_source(),
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
    return isComplete != 0 ? try complete(envelope) : nil
  }

  /// The message, once it has come.
  public func wait() throws -> Message {
    if let message { return message }
    var envelope = mpi_envelope()
    try check(mpi_wait(&request, MPI_SHIM_INT64, &envelope), attempt)
    return try complete(envelope)
  }

  // MARK: Private

  private func complete(_ envelope: mpi_envelope) throws -> Message {
    guard (0...count).contains(Int(envelope.count)) else {
      throw MessagePassingError(
        "\(attempt) over MPI failed: rank \(envelope.source) sent more than that, which is lost")
    }
    let values = Array(UnsafeBufferPointer(start: buffer, count: Int(envelope.count)))
    let message = Message(values: values, source: Int(envelope.source))
    self.message = message
    return message
  }
}
