/// A failure that another rank reports.
public struct FailureElsewhere: Error {
  public let rank: Int
}

extension Communicator {
  /// Runs `body` on every rank; if any fails, all throw: the first failing rank its own error, the others
  /// `FailureElsewhere`.
  ///
  /// Collective, so `body` must not be.
  public func agree<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    let result: Result
    do {
      result = try body()
    } catch {
      let first = try firstRank(failing: true)
      throw first == rank ? error : FailureElsewhere(rank: first)
    }
    let first = try firstRank(failing: false)
    guard first == size else { throw FailureElsewhere(rank: first) }
    return result
  }

  /// The first rank that fails; `size` if none does.
  private func firstRank(failing: Bool) throws -> Int {
    Int(try allReduce([Int64(failing ? rank : size)], .minimum)[0])
  }
}
