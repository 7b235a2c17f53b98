import CMPI

extension Communicator {
  /// Tags from here on are this module's own.
  static let reservedTags = 32_000

  /// Gives `parts[r]` to each rank r, and returns what each rank gave to this one, in rank order; collective.
  ///
  /// One partner at a time to send to and to receive from, so that little is under way at once; there is no limit to
  /// the number of bytes. Memory: the parts and the result.
  public func exchange(_ parts: [[UInt8]], messageLimit: Int = Communicator.messageLimit) throws -> [[UInt8]] {
    precondition(parts.count == size, "an exchange needs one part for each of the \(size) ranks, got \(parts.count)")
    precondition(messageLimit > 0 && messageLimit <= Int(Int32.max), "a message has 1 to 2^31 - 1 bytes")
    let sentCounts = parts.map { Int64($0.count) }
    var receivedCounts = [Int64](repeating: 0, count: size)
    try check(mpi_all_to_all_int64(handle, sentCounts, &receivedCounts), "exchanging the sizes of parts")

    var received = [[UInt8]](repeating: [], count: size)
    received[rank] = parts[rank]
    for distance in stride(from: 1, to: size, by: 1) {
      let destination = (rank + distance) % size
      let source = (rank + size - distance) % size
      let partners = Partners(destination: destination, source: source, messageLimit: messageLimit)
      received[source] = try swap(parts[destination], for: Int(receivedCounts[source]), with: partners)
    }
    return received
  }

  // MARK: Private

  private struct Partners {
    let destination: Int
    let source: Int
    let messageLimit: Int
  }

  /// Sends `part` to one partner while `count` bytes come from another.
  private func swap(_ part: [UInt8], for count: Int, with partners: Partners) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      var requests: [mpi_request] = []
      var status = mpi_success()
      for piece in pieces(of: count, each: partners.messageLimit) where status == mpi_success() {
        var request = mpi_no_request()
        status = mpi_start_receive(
          handle, buffer.baseAddress?.advanced(by: piece.lowerBound), Int32(piece.count), MPI_SHIM_BYTE,
          Int32(partners.source), Int32(Communicator.reservedTags), &request)
        if status == mpi_success() { requests.append(request) }
      }
      // The bytes have to stay where they are until every request is done.
      let finalStatus = part.withUnsafeBufferPointer { bytes in
        for piece in pieces(of: part.count, each: partners.messageLimit) where status == mpi_success() {
          var request = mpi_no_request()
          status = mpi_start_send(
            handle, bytes.baseAddress?.advanced(by: piece.lowerBound), Int32(piece.count), MPI_SHIM_BYTE,
            Int32(partners.destination), Int32(Communicator.reservedTags), &request)
          if status == mpi_success() { requests.append(request) }
        }
        let waited = mpi_wait_all(&requests, Int32(requests.count))
        return status == mpi_success() ? waited : status
      }
      try check(
        finalStatus,
        "sending \(part.count) bytes to rank \(partners.destination) and receiving \(count) from rank \(partners.source)"
      )
      initializedCount = count
    }
  }
}
