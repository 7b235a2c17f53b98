import Runs
import Testing

/// The time that is told to be left, while units of unequal length are handed out.
@Suite struct TimeLeftTests {
  /// A hand-out that is played: ranks take batches in turn, each asking for the next one before its last unit or after
  /// it.
  private struct Play {
    let seconds: [Double]
    let batch: Int
    let asksAhead: Bool
    var ledger: WorkQueueLedger
    private var next = 0
    /// Of each rank: units in hand, done but not told, and when the present one ends.
    private var hands: [(units: [Int], untold: [Int], end: Double)]

    init(seconds: [Double], ranks: Int, batch: Int, asksAhead: Bool) {
      self.seconds = seconds
      self.batch = batch
      self.asksAhead = asksAhead
      ledger = WorkQueueLedger(rankCount: ranks)
      hands = Array(repeating: ([], [], .infinity), count: ranks)
      for rank in 0..<ranks {
        give(to: rank, at: 0)
        begin(rank, at: 0)
      }
    }

    private mutating func give(to rank: Int, at now: Double) {
      let units = next..<min(next + batch, seconds.count)
      guard !units.isEmpty else { return }
      next = units.upperBound
      hands[rank].units += units
      ledger.give(units, to: rank, at: now)
    }

    private mutating func tell(_ rank: Int, at now: Double) {
      let told = hands[rank].untold
      ledger.take(told.count, seconds: told.reduce(0) { $0 + seconds[$1] }, from: rank, at: now)
      hands[rank].untold = []
    }

    private mutating func begin(_ rank: Int, at now: Double) {
      if asksAhead, hands[rank].units.count == 1 {
        tell(rank, at: now)
        give(to: rank, at: now)
      } else if hands[rank].units.isEmpty {
        tell(rank, at: now)
        give(to: rank, at: now)
      }
      hands[rank].end = hands[rank].units.first.map { now + seconds[$0] } ?? .infinity
    }

    /// Plays on to `now`.
    mutating func run(to now: Double) {
      while let rank = hands.indices.min(by: { hands[$0].end < hands[$1].end }), hands[rank].end <= now {
        let end = hands[rank].end
        hands[rank].untold.append(hands[rank].units.removeFirst())
        begin(rank, at: end)
      }
    }

    var isDone: Bool { hands.allSatisfy { $0.end == .infinity } }
  }

  /// Units that take what their work says but for a factor, drawn between one half and two.
  private func units(_ count: Int, seed: UInt64) -> (seconds: [Double], before: [Double]) {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 0x1p53
    }
    let work = (0..<count).map { 4 * Double(count - $0) / Double(count) + 0.2 }
    let seconds = work.map { $0 * (0.5 + 1.5 * random()) }
    return (seconds, work.reduce(into: [0]) { $0.append($0[$0.count - 1] + 10 * $1) })
  }

  @Test(arguments: [1, 2, 3, 16], [(1, false), (1, true), (3, true)])
  func neverDoublesFromLineToLine(ranks: Int, asking: (batch: Int, isAhead: Bool)) {
    for seed in UInt64(1)...10 {
      let (seconds, before) = units(max(150, 20 * ranks), seed: seed)
      var play = Play(seconds: seconds, ranks: ranks, batch: asking.batch, asksAhead: asking.isAhead)
      var timeLeft = TimeLeft(workBefore: before)
      var lines: [(at: Double, left: Double)] = []
      var now = 0.0
      while !play.isDone {
        now += 1
        play.run(to: now)
        if let left = timeLeft.seconds(play.ledger, at: now) { lines.append((now, left)) }
      }
      #expect(lines.count > 20)
      for (line, following) in zip(lines, lines.dropFirst()) {
        #expect(following.left <= 2 * line.left || following.left < 2, "\(line) \(following)")
      }
      // Most units take longer than the least of them: the first tells little, a fourth of all much.
      for line in lines where line.at > now / 4 && now - line.at > 10 {
        #expect((0.6...1.6).contains(line.left / (now - line.at)), "\(line) of \(now)")
      }
      #expect(play.ledger.unitsDone == seconds.count)
      #expect(abs(timeLeft.workDone(play.ledger) - before[seconds.count]) < 1e-6)
    }
  }

  @Test func unitsUnderWayCount() {
    var ledger = WorkQueueLedger(rankCount: 2)
    var timeLeft = TimeLeft(workBefore: [0, 1, 2, 3, 4, 5, 6])
    ledger.give(0..<1, to: 0, at: 0)
    ledger.give(1..<2, to: 1, at: 0)
    let nothing = timeLeft.seconds(ledger, at: 5)
    #expect(nothing == nil)
    ledger.take(1, seconds: 10, from: 0, at: 10)
    ledger.give(2..<3, to: 0, at: 10)
    // Five units of 10 s, of which 10 s are done by rank 1.
    let first = timeLeft.seconds(ledger, at: 10)
    #expect(first == 20)
    let second = timeLeft.seconds(ledger, at: 10)
    #expect(second == 20)
    // It falls as time passes; rank 1 is late, which counts for no more than its unit.
    var other = TimeLeft(workBefore: [0, 1, 2, 3, 4, 5, 6])
    let later = other.seconds(ledger, at: 16)
    #expect(later == 17)
    let third = timeLeft.seconds(ledger, at: 16)
    #expect(third.map { $0 > 14 && $0 < 17 } == true)
  }

  @Test func aSurpriseIsFollowedWithinSeconds() {
    var ledger = WorkQueueLedger(rankCount: 1)
    var timeLeft = TimeLeft(workBefore: (0...100).map(Double.init))
    ledger.give(0..<100, to: 0, at: 0)
    ledger.take(1, seconds: 1, from: 0, at: 1)
    let before = timeLeft.seconds(ledger, at: 1)
    #expect(before == 99)
    // The next unit takes ten times as long.
    ledger.take(1, seconds: 10, from: 0, at: 11)
    let found = 98 * 5.5
    let soon = timeLeft.seconds(ledger, at: 11) ?? 0
    #expect(soon > 89 && soon < found)
    var last = soon
    for second in 12...40 {
      last = timeLeft.seconds(ledger, at: Double(second)) ?? 0
    }
    #expect(last > soon)
  }
}
