import MessagePassing

/// What rank 0 does for all ranks while it works itself: it gives them units, stops them, and says how far they are.
final class WorkQueueServer {
  /// What decides which units a rank gets next.
  var policy: WorkQueuePolicy
  /// Whether no rank begins another unit.
  private(set) var isStopping = false
  private(set) var ledger: WorkQueueLedger
  private let communicator: Communicator
  private let wantsStop: () -> Bool
  private let progress: (_ ledger: WorkQueueLedger, _ now: Double) -> Void
  private let started = ContinuousClock.now
  /// The ranks that have begun and have not heard yet that there is no more.
  private var asking: Set<Int>
  /// When progress was called last.
  private var shown = -Double.infinity

  init(
    communicator: Communicator, policy: WorkQueuePolicy, wantsStop: @escaping () -> Bool,
    progress: @escaping (_ ledger: WorkQueueLedger, _ now: Double) -> Void
  ) {
    self.communicator = communicator
    self.policy = policy
    self.wantsStop = wantsStop
    self.progress = progress
    ledger = WorkQueueLedger(rankCount: communicator.size)
    for rank in 0..<communicator.size {
      if let batch = policy.first(of: rank) { ledger.give(batch.units, to: rank, at: 0) }
    }
    asking = Set((1..<max(communicator.size, 1)).filter { policy.first(of: $0) != nil })
  }

  /// Whether some rank will still ask.
  var isAwaited: Bool { !asking.isEmpty }

  /// Seconds since the beginning.
  var now: Double { (ContinuousClock.now - started).seconds }

  /// Answers all requests that have come, stops where that is wanted, and says how far all are now and then.
  func serve() throws {
    if wantsStop() { try stop() }
    while let source = try communicator.probe(tag: WorkQueue.requestTag) { try answer(source) }
    let seconds = now
    if seconds - shown >= WorkQueue.progressInterval {
      shown = seconds
      progress(ledger, seconds)
    }
  }

  /// Takes a unit that rank 0 has finished.
  func take(seconds: Double) { ledger.take(1, seconds: seconds, from: 0, at: now) }

  /// The next units of rank 0, which took `seconds` for so many; nil where there are none.
  func next(afterUnits units: Int, seconds: Double) -> WorkQueuePolicy.Batch? {
    let batch = isStopping ? nil : policy.next(afterUnits: units, seconds: seconds)
    if let batch { ledger.give(batch.units, to: 0, at: now) }
    return batch
  }

  /// Says how far all are at the end.
  func finish() { progress(ledger, now) }

  private func stop() throws {
    guard !isStopping else { return }
    isStopping = true
    for rank in asking.sorted() { try communicator.send([1], to: rank, tag: WorkQueue.stopTag) }
  }

  private func answer(_ source: Int) throws {
    let request = try communicator.receive(from: source, tag: WorkQueue.requestTag, count: 3).values
    guard request.count == 3 else {
      throw RunsError("rank \(source) asked for units in a way rank 0 cannot read")
    }
    if request[2] != 0 { try stop() }
    let (units, seconds) = (Int(request[0]), Double(request[1]) / 1e9)
    ledger.take(units, seconds: seconds, from: source, at: now)
    let batch = isStopping ? nil : policy.next(afterUnits: units, seconds: seconds)
    if let batch { ledger.give(batch.units, to: source, at: now) }
    try communicator.send(WorkQueue.reply(batch, isStopping: isStopping), to: source, tag: WorkQueue.replyTag)
    if batch == nil { asking.remove(source) }
  }
}
