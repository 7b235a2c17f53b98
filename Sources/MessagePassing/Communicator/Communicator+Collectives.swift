import CMPI

/// How values of different ranks become one.
public enum Reduction: Sendable {
  /// The operations that reductions know.
  case sum, maximum, minimum

  fileprivate var operation: mpi_reduction {
    switch self {
    case .sum: MPI_SHIM_SUM
    case .maximum: MPI_SHIM_MAXIMUM
    case .minimum: MPI_SHIM_MINIMUM
    }
  }
}

extension Communicator {
  // MARK: One to all

  /// The bytes of rank `root`, of any number, on every rank; collective. What other ranks pass is not looked at.
  public func broadcast(
    _ bytes: [UInt8], from root: Int, messageLimit: Int = Communicator.messageLimit
  ) throws -> [UInt8] {
    try broadcast(bytes, as: MPI_SHIM_BYTE, from: root, messageLimit: messageLimit)
  }

  /// The numbers of rank `root`, of any number, on every rank; collective. What other ranks pass is not looked at.
  public func broadcast(_ values: [Int64], from root: Int) throws -> [Int64] {
    try broadcast(values, as: MPI_SHIM_INT64, from: root, messageLimit: Communicator.messageLimit)
  }

  /// The number of rank `root`, on every rank; collective.
  public func broadcast(_ value: Int64, from root: Int) throws -> Int64 {
    requireRank(root)
    var shared = value
    try check(mpi_broadcast(handle, &shared, 1, MPI_SHIM_INT64, Int32(root)), "broadcasting a number from rank \(root)")
    return shared
  }

  // MARK: All to one

  /// The values of all ranks in rank order on rank `root`, nil on the others; collective.
  public func gather(_ value: Int64, at root: Int = 0) throws -> [Int64]? {
    requireRank(root)
    var values = [Int64](repeating: 0, count: rank == root ? size : 0)
    try check(mpi_gather_int64(handle, value, &values, Int32(root)), "gathering a number at rank \(root)")
    return rank == root ? values : nil
  }

  // MARK: All to all

  /// The values of all ranks in rank order, on every rank; collective.
  public func allGather(_ value: Int64) throws -> [Int64] {
    var values = [Int64](repeating: 0, count: size)
    try check(mpi_all_gather_int64(handle, value, &values), "gathering a number at all ranks")
    return values
  }

  /// The bytes of all ranks in rank order, on every rank, of any number each; collective.
  public func allGather(_ bytes: [UInt8], messageLimit: Int = Communicator.messageLimit) throws -> [[UInt8]] {
    precondition(messageLimit > 0 && messageLimit <= Int(Int32.max), "a message has 1 to 2^31 - 1 bytes")
    let counts = try allGather(Int64(bytes.count)).map(Int.init)
    let total = counts.reduce(0, +)
    guard total <= messageLimit else {
      return try (0..<size).map { try broadcast(bytes, from: $0, messageLimit: messageLimit) }
    }
    let offsets = counts.indices.map { counts[..<$0].reduce(0, +) }
    var all = [UInt8](repeating: 0, count: total)
    let status = mpi_all_gather_bytes(
      handle, bytes, Int32(bytes.count), &all, counts.map(Int32.init), offsets.map(Int32.init))
    try check(status, "gathering bytes at all ranks")
    return zip(offsets, counts).map { Array(all[$0..<$0 + $1]) }
  }

  /// The element-wise sum, maximum or minimum over the ranks, on every rank; collective.
  ///
  /// `values` must have the same count everywhere.
  public func allReduce(_ values: [Int64], _ reduction: Reduction) throws -> [Int64] {
    try allReduce(values, as: MPI_SHIM_INT64, reduction)
  }

  /// The element-wise sum, maximum or minimum over the ranks, on every rank; collective.
  ///
  /// `values` must have the same count everywhere. A sum's rounding depends on the number of ranks: where results must
  /// not, gather the terms and add them up in a fixed order.
  public func allReduce(_ values: [Double], _ reduction: Reduction) throws -> [Double] {
    try allReduce(values, as: MPI_SHIM_DOUBLE, reduction)
  }

  // MARK: Private

  private func broadcast<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ values: [Value], as element: mpi_element, from root: Int, messageLimit: Int
  ) throws -> [Value] {
    precondition(messageLimit >= MemoryLayout<Value>.stride, "a message holds at least one value")
    let count = Int(try broadcast(Int64(values.count), from: root))
    var shared = rank == root ? values : [Value](repeating: 0, count: count)
    try shared.withUnsafeMutableBufferPointer { buffer in
      for piece in pieces(of: count, each: messageLimit / MemoryLayout<Value>.stride) {
        let start = buffer.baseAddress?.advanced(by: piece.lowerBound)
        let status = mpi_broadcast(handle, start, Int32(piece.count), element, Int32(root))
        try check(status, "broadcasting \(count) values from rank \(root)")
      }
    }
    return shared
  }

  private func allReduce<Value: BitwiseCopyable>(
    _ values: [Value], as element: mpi_element, _ reduction: Reduction
  ) throws -> [Value] {
    var reduced = values
    try reduced.withUnsafeMutableBufferPointer { buffer in
      for piece in pieces(of: values.count, each: Communicator.messageLimit / MemoryLayout<Value>.stride) {
        let start = buffer.baseAddress?.advanced(by: piece.lowerBound)
        let status = mpi_all_reduce_in_place(handle, start, Int32(piece.count), element, reduction.operation)
        try check(status, "reducing \(values.count) values over all ranks")
      }
    }
    return reduced
  }
}

/// The ranges of at most `limit` elements that make up `count` elements, in order.
func pieces(of count: Int, each limit: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: limit).map { $0..<min($0 + limit, count) }
}
