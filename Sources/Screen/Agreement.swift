import MessagePassing

/// A failure that another rank reports.
public struct FailureElsewhere: Error {
  public let rank: Int
}

extension Communicator {
  /// Runs `body` on every rank; if any fails, all throw: the first failing rank its own error, the others `FailureElsewhere`.
  ///
  /// Collective, so `body` must not be.
  func agree<Result>(_ body: () throws -> Result) throws -> Result {
    let outcome = Swift.Result { try body() }
    var own = Int64(size)
    if case .failure = outcome { own = Int64(rank) }
    let first = try allReduce([own], .minimum)[0]
    if first < Int64(size), first != Int64(rank) { throw FailureElsewhere(rank: Int(first)) }
    return try outcome.get()
  }
}
