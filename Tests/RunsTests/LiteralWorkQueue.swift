import Runs

/// A hand-out played step by step as `WorkQueue` does it, every look and every sleep, to compare the simulation with.
struct LiteralWorkQueue {
  let seconds: [Double]
  let messages: WorkQueueSimulation.Messages
  private var policy: WorkQueuePolicy
  private var inFlight: [(arrival: Double, rank: Int)] = []
  private var ends: [Double]
  private var untold: [(units: Int, seconds: Double)]
  private var clock = 0.0
  private var lastTold = 0.0
  private(set) var doneBy: [Int?]
  private(set) var requestCount = 0
  private(set) var screenSeconds = 0.0

  init(seconds: [Double], messages: WorkQueueSimulation.Messages, ranks: Int) {
    self.seconds = seconds
    self.messages = messages
    policy = WorkQueuePolicy(unitCount: seconds.count, rankCount: ranks)
    policy.pauseSeconds = messages.pause
    ends = Array(repeating: 0, count: ranks)
    untold = Array(repeating: (0, 0), count: ranks)
    doneBy = Array(repeating: nil, count: seconds.count)
  }

  mutating func run() {
    for rank in 1..<max(ends.count, 1) {
      if let batch = policy.first(of: rank) { work(batch, rank: rank, from: 0) }
    }
    var batch = policy.first(of: 0)
    while let units = batch?.units {
      let before = untold[0].seconds
      for unit in units {
        evaluate(unit, rank: 0)
        var left = seconds[unit]
        while messages.pause > 0, left > messages.pause {
          clock += messages.pause
          left -= messages.pause
          serve()
        }
        clock += left
        ends[0] = clock
        serve()
      }
      batch = policy.next(afterUnits: units.count, seconds: untold[0].seconds - before)
    }
    while !inFlight.isEmpty {
      serve()
      clock += messages.servingSleep
    }
    screenSeconds = max(ends.max() ?? 0, lastTold)
  }

  private mutating func serve() {
    while let index = inFlight.indices.min(by: { inFlight[$0] < inFlight[$1] }), inFlight[index].arrival <= clock {
      let rank = inFlight.remove(at: index).rank
      clock += messages.serving
      requestCount += 1
      let answer = clock + messages.latency
      guard let batch = policy.next(afterUnits: untold[rank].units, seconds: untold[rank].seconds) else {
        lastTold = max(lastTold, answer)
        continue
      }
      var start = ends[rank]
      while start < answer { start += messages.waitingSleep }
      // What it told last; what it has done since is not known to rank 0 yet.
      untold[rank] = ahead[rank] ?? (0, 0)
      work(batch, rank: rank, from: start)
    }
  }

  /// The unit that a rank was at when it asked.
  private var ahead: [Int: (units: Int, seconds: Double)] = [:]

  private mutating func work(_ batch: WorkQueuePolicy.Batch, rank: Int, from start: Double) {
    var time = start
    ahead[rank] = nil
    for unit in batch.units {
      let asks = batch.asksAhead && unit == batch.units.upperBound - 1
      if asks {
        inFlight.append((time + messages.latency, rank))
        ahead[rank] = (1, seconds[unit])
      }
      time += seconds[unit]
      doneBy[unit] = doneBy[unit] == nil ? rank : -1
      if !asks { untold[rank] = (untold[rank].units + 1, untold[rank].seconds + seconds[unit]) }
    }
    ends[rank] = time
    if ahead[rank] == nil { inFlight.append((time + messages.latency, rank)) }
  }

  private mutating func evaluate(_ unit: Int, rank: Int) {
    doneBy[unit] = doneBy[unit] == nil ? rank : -1
    untold[rank] = (untold[rank].units + 1, untold[rank].seconds + seconds[unit])
  }
}
