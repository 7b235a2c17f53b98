import MessagePassing

/// The continuations of a screen while several ranks work on them: each on those of the mutations that it read.
struct SharedContinuations {
  /// All on the first rank, on the others their own.
  let continuations: Continuations
  /// This rank works on the numbers below.
  let ownCount: Int
  let sharing: Sharing
  /// The numbers that each rank's continuations have among all, `[rank]`; on the first rank only.
  private let places: [[Int32]]

  /// Takes what each rank has read. Collective.
  init(_ own: Continuations, _ sharing: Sharing) throws {
    var continuations = own
    ownCount = own.count
    places = try continuations.join(sharing)
    self.continuations = continuations
    self.sharing = sharing
  }

  /// The values of all continuations on the first rank, from those that each rank has made of its own. Collective.
  func gather<Value: BitwiseCopyable>(_ own: [Value]) throws -> [Value] {
    precondition(own.count == ownCount, "a value for each of the rank's own")
    var all = own
    for rank in 1..<max(sharing.rankCount, 1) {
      let values = try sharing.share(own, from: rank)
      guard sharing.isFirst else { continue }
      // What several ranks have they give the same value; new ones come in the order of their numbers.
      for (number, value) in zip(places[rank], values) where number >= all.count { all.append(value) }
    }
    return all
  }
}
