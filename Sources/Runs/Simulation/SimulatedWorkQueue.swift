import Basics
import Foundation

/// One simulated work queue under way.
struct SimulatedWorkQueue {
  /// A rank from 1 on.
  private struct Worker {
    /// When its present batch ends.
    var end = 0.0
    /// When its request went out, or will.
    var asked = 0.0
    /// Units and seconds that the request reports, and those that the next one will report besides its own.
    var told = (units: 0, seconds: 0.0)
    var untold = (units: 0, seconds: 0.0)
    /// The run at which its trace of the baseline stands; −1: none.
    var run = -1
  }

  /// Rank 0: it looks for requests every `pause` seconds of its unit, or of its sleep where it has none.
  private struct RankZero {
    var clock = 0.0
    /// Seconds of its unit that are left; infinite without one.
    var left = 0.0
    var pause = 0.0
    var batch = 0..<0
    /// When its last unit ended, and its seconds of units.
    var end = 0.0
    var busy = 0.0
    var told = (units: 0, seconds: 0.0)
    var run = -1
  }

  private let simulation: WorkQueueSimulation
  private let ranks: Int
  private var policy: WorkQueuePolicy
  private var units: UnitTimes
  private var workers: [Worker]
  private var zero = RankZero()
  private var requests: BinaryHeap<SimulatedRequest>

  private var useful = 0.0
  private var traced = 0.0
  private var waited = 0.0
  private var longest = 0.0
  private var answerTime = 0.0
  private var requestCount = 0
  /// The time at which the last rank learned that there is no more.
  private var lastTold = 0.0
  private var peak = 0
  private var second = (number: -1.0, count: 0)

  private var messages: WorkQueueSimulation.Messages { simulation.messages }

  init(simulation: WorkQueueSimulation, ranks: Int) {
    self.simulation = simulation
    self.ranks = ranks
    policy = WorkQueuePolicy(unitCount: simulation.unitCount, rankCount: ranks)
    policy.pauseSeconds = simulation.messages.pause
    units = UnitTimes(simulation)
    workers = Array(repeating: Worker(), count: ranks)
    requests = BinaryHeap(capacity: ranks)
  }

  // MARK: Events

  mutating func run() {
    zero.batch = policy.first(of: 0)?.units ?? 0..<0
    beginOwnUnit()
    for rank in stride(from: 1, to: ranks, by: 1) {
      if let batch = policy.first(of: rank) { requests.insert(begin(batch, rank: rank, at: 0)) }
    }
    while true {
      // At the end of its own unit rank 0 answers all that have asked, then takes the next.
      if zero.left == 0, requests.first.map({ $0.arrival > zero.clock }) ?? true { beginOwnUnit() }
      guard let request = requests.first else {
        if zero.left == .infinity { return }
        endOwnUnit()
        continue
      }
      if wait(for: request.arrival) { serve(request) }
    }
  }

  /// Lets rank 0 go on to the look at which it finds the request that arrives then; false if its unit ends before.
  private mutating func wait(for arrival: Double) -> Bool {
    guard arrival > zero.clock else { return true }
    let gap = arrival - zero.clock
    let rest = zero.pause > 0 ? (gap / zero.pause).rounded(.up) * zero.pause : gap
    if rest < zero.left {
      zero.clock += rest
      zero.left -= rest
      return true
    }
    endOwnUnit()
    return arrival <= zero.clock
  }

  private mutating func serve(_ request: SimulatedRequest) {
    let rank = Int(request.rank)
    count(arrival: request.arrival)
    zero.clock += messages.serving
    let told = workers[rank].told
    let answer = zero.clock + messages.latency
    answerTime += answer - workers[rank].asked
    guard let batch = policy.next(afterUnits: told.units, seconds: told.seconds) else {
      _ = requests.popFirst()
      lastTold = max(lastTold, answer)
      return
    }
    var start = workers[rank].end
    if answer > start {
      let gap = answer - start
      start += messages.waitingSleep > 0 ? (gap / messages.waitingSleep).rounded(.up) * messages.waitingSleep : gap
      waited += start - workers[rank].end
    }
    requests.replaceFirst(begin(batch, rank: rank, at: start))
  }

  private mutating func count(arrival: Double) {
    requestCount += 1
    if arrival.rounded(.down) != second.number { second = (arrival.rounded(.down), 0) }
    second.count += 1
    peak = max(peak, second.count)
  }

  // MARK: Units

  /// The request of a rank that begins a batch.
  private mutating func begin(
    _ batch: WorkQueuePolicy.Batch, rank: Int, at start: Double
  ) -> SimulatedRequest {
    var worker = workers[rank]
    var seconds = 0.0
    var last = 0.0
    for unit in batch.units {
      last = evaluate(unit, run: &worker.run)
      seconds += last
    }
    let ahead = batch.asksAhead ? (units: 1, seconds: last) : (units: 0, seconds: 0)
    worker.end = start + seconds
    worker.asked = worker.end - ahead.seconds
    worker.told = (
      worker.untold.units + batch.units.count - ahead.units, worker.untold.seconds + seconds - ahead.seconds
    )
    worker.untold = ahead
    workers[rank] = worker
    return SimulatedRequest(arrival: worker.asked + messages.latency, rank: Int32(rank))
  }

  private mutating func beginOwnUnit() {
    if zero.batch.isEmpty, policy.rankZeroWorks {
      zero.batch = policy.next(afterUnits: zero.told.units, seconds: zero.told.seconds)?.units ?? 0..<0
      zero.told = (0, 0)
    }
    guard let unit = zero.batch.first else {
      zero.left = .infinity
      zero.pause = messages.servingSleep
      return
    }
    zero.batch = unit + 1..<zero.batch.upperBound
    var run = zero.run
    zero.left = evaluate(unit, run: &run)
    zero.run = run
    zero.pause = messages.pause
    zero.told = (zero.told.units + 1, zero.told.seconds + zero.left)
    zero.busy += zero.left
  }

  private mutating func endOwnUnit() {
    zero.clock += zero.left
    zero.left = 0
    zero.end = zero.clock
  }

  /// Seconds of a unit for a rank whose trace is at `run`. Units come in order.
  private mutating func evaluate(_ unit: Int, run: inout Int) -> Double {
    let seconds = units.seconds(of: unit)
    useful += seconds
    longest = max(longest, seconds)
    guard run != units.run else { return seconds }
    let wanted = simulation.runs[units.run]
    let before = run < 0 ? nil : simulation.runs[run]
    run = units.run
    if let before, before.layer == wanted.layer, before.matrix == wanted.matrix { return seconds }
    let passed = before.map { $0.layer <= wanted.layer ? $0.layer : 0 } ?? 0
    let trace = simulation.layerSeconds * Double(wanted.layer - passed + 1)
    traced += trace
    return seconds + trace
  }

  // MARK: The end

  func outcome(start: Double, gathering: Double) -> WorkQueueSimulation.Outcome {
    let answering = Double(requestCount) * messages.serving
    let end = workers.dropFirst().reduce(max(zero.end, lastTold)) { max($0, $1.end) }
    let others = workers.dropFirst().reduce(0) { $0 + end - $1.end }
    return WorkQueueSimulation.Outcome(
      ranks: ranks, startSeconds: start, screenSeconds: end, gatherSeconds: gathering,
      usefulSeconds: useful, traceSeconds: traced, waitingSeconds: waited,
      tailSeconds: others + (policy.rankZeroWorks ? end - zero.end : 0),
      // What rank 0 answers during a unit delays the unit's end.
      servingSeconds: policy.rankZeroWorks ? zero.end - zero.busy : end, longestUnit: longest,
      requestCount: requestCount, peakRequests: peak, rankZeroLoad: end > 0 ? answering / end : 0,
      answerSeconds: requestCount > 0 ? answerTime / Double(requestCount) : 0)
  }
}
