import CMPI

/// A small message of numbers, with the rank that sent it.
public struct Message: Equatable, Sendable {
  /// The numbers.
  public let values: [Int64]

  /// The rank that sent them.
  public let source: Int

  /// Makes a message.
  public init(values: [Int64], source: Int) {
    self.values = values
    self.source = source
  }
}

extension Communicator {
  /// The tags that messages may carry in every MPI.
  public static let tags = 0..<32_768

  /// Sends a few numbers; returns when `values` is free, which for small messages is before anybody has received them.
  public func send(_ values: [Int64], to destination: Int, tag: Int) throws {
    requireRank(destination)
    requireTag(tag)
    let status = mpi_send(handle, values, Int32(values.count), MPI_SHIM_INT64, Int32(destination), Int32(tag))
    try check(status, "sending \(values.count) numbers to rank \(destination)")
  }

  /// Waits for at most `count` numbers from `source`, or from any rank when nil; a longer message is an error.
  public func receive(from source: Int? = nil, tag: Int, count: Int) throws -> Message {
    try startReceive(from: source, tag: tag, count: count).wait()
  }

  /// Starts to receive at most `count` numbers from `source`, or from any rank when nil, and returns at once.
  public func startReceive(from source: Int? = nil, tag: Int, count: Int) throws -> PendingReceive {
    if let source { requireRank(source) }
    requireTag(tag)
    return try PendingReceive(communicator: self, source: source, tag: tag, count: count)
  }

  /// The rank whose message with this tag has arrived and waits to be received, nil when there is none.
  ///
  /// A receive that was started before takes messages first, and those are not seen here.
  public func probe(tag: Int) throws -> Int? {
    requireTag(tag)
    var isThere: Int32 = 0
    var envelope = mpi_envelope()
    let status = mpi_probe(handle, mpi_any_source(), Int32(tag), MPI_SHIM_INT64, &isThere, &envelope)
    try check(status, "looking for a message with tag \(tag)")
    return isThere != 0 ? Int(envelope.source) : nil
  }

  // MARK: Private

  private func requireTag(_ tag: Int) {
    precondition(Communicator.tags.contains(tag), "a tag is at least 0 and below \(Communicator.tags.upperBound)")
  }
}
