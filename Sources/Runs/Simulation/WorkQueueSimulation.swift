import Foundation

/// Simulates the work queue of a plan's units over any number of ranks, to see where it stops scaling.
///
/// The decisions are those of `WorkQueuePolicy`, which the screen itself uses. Messages are not played one by one: a
/// request and its answer are one event in the order in which requests arrive at rank 0, so that it takes less than a
/// microsecond a unit. The same numbers give the same outcome.
public struct WorkQueueSimulation: Sendable {
  /// Consecutive units of one matrix of one layer, which take the same time but for their spread.
  public struct UnitRun: Equatable, Sendable {
    /// Mean seconds of a unit.
    public var seconds: Double
    /// The number of units of the run.
    public var count: Int
    /// The layer of the units, counted from 0.
    public var layer: Int
    /// The number of the units' matrix.
    public var matrix: Int

    /// Takes the mean time of `count` units.
    public init(seconds: Double, count: Int, layer: Int = 0, matrix: Int = 0) {
      self.seconds = seconds
      self.count = count
      self.layer = layer
      self.matrix = matrix
    }
  }

  /// The runs of units in the plan's order.
  public let runs: [UnitRun]
  /// The seed of the units' times.
  public let seed: UInt64
  /// Standard deviation of the times of like units over their mean; their factors are log-normal. The units of the demo
  /// screen have 0.03 on shared cores, where mutants' texts are decoded 0.2 may be nearer.
  public var variation = 0.1
  /// Seconds in which a rank follows the baseline through one layer. A rank that comes to another matrix traces its
  /// layer, and those since the layer before.
  public var layerSeconds = 0.0
  /// The times of messages.
  public var messages = Messages()
  /// Seconds before the first unit of any rank, by the number of ranks.
  public var startSeconds: @Sendable (_ ranks: Int) -> Double = { _ in 0 }
  /// Seconds behind the last unit, by the number of ranks.
  public var gatherSeconds: @Sendable (_ ranks: Int) -> Double = { _ in 0 }

  /// What the messages of the work queue take, in seconds.
  public struct Messages: Equatable, Sendable {
    /// Rank 0's time for a request and its answer. Measured with Open MPI 4.1: 0.7 µs in shared memory, 4 to 5 µs over
    /// TCP.
    public var serving = 5e-6
    /// Seconds from rank to rank, one way. Measured as half a round trip: 2 to 8 µs in shared memory, 90 µs over TCP;
    /// fast networks take 1 to 3 µs, more under load.
    public var latency = 20e-6
    /// Rank 0's sleep between looks for requests where it does nothing else.
    public var servingSleep = 275e-6
    /// A rank's sleep between looks for the answer.
    public var waitingSleep = 120e-6
    /// Between rank 0's looks for requests where it works too: a layer of a panel.
    public var pause = 1.0

    /// Times of a usual cluster.
    public init() {}
  }

  /// Takes runs of units; a precondition checks that numbers and times are at least 0.
  public init(runs: [UnitRun], seed: UInt64) {
    precondition(
      runs.allSatisfy { $0.count >= 0 && $0.layer >= 0 && $0.seconds >= 0 && $0.seconds.isFinite },
      "numbers and times of at least 0")
    self.runs = runs.filter { $0.count > 0 }
    self.seed = seed
  }

  /// One unit after another, with their mean seconds.
  public init(unitSeconds: [Double], seed: UInt64) {
    self.init(runs: unitSeconds.map { UnitRun(seconds: $0, count: 1) }, seed: seed)
  }

  /// Units of all runs.
  public var unitCount: Int { runs.reduce(0) { $0 + $1.count } }

  /// The ranks that a table shows: the usual ones below `ranks`, and `ranks`.
  public static func series(upTo ranks: Int) -> [Int] {
    [64, 1024, 4096, 16_384, 100_000].filter { $0 < ranks } + [ranks]
  }

  /// The result for so many ranks, at least 1.
  public func run(ranks: Int) -> Outcome {
    precondition(ranks >= 1, "there are ranks")
    var play = SimulatedWorkQueue(simulation: self, ranks: ranks)
    play.run()
    return play.outcome(start: startSeconds(ranks), gathering: gatherSeconds(ranks))
  }
}

extension WorkQueueSimulation {
  /// The result of a simulation. Rank-seconds add up the ranks' times; those below, `usefulSeconds` and the start and
  /// the gathering on every rank make up `ranks` times `makespan`.
  public struct Outcome: Equatable, Sendable {
    /// The number of ranks.
    public let ranks: Int
    /// Seconds before the first unit.
    public let startSeconds: Double
    /// From the first unit's beginning until all are done and every rank knows it.
    public let screenSeconds: Double
    /// Seconds behind the last unit.
    public let gatherSeconds: Double
    /// Rank-seconds in which units were evaluated.
    public let usefulSeconds: Double
    /// Rank-seconds of tracing the baseline.
    public let traceSeconds: Double
    /// Rank-seconds of waiting for answers.
    public let waitingSeconds: Double
    /// Rank-seconds of ranks that have no more units.
    public let tailSeconds: Double
    /// Rank-seconds of rank 0 answering and, with many ranks, doing nothing else.
    public let servingSeconds: Double
    /// Seconds of the longest unit.
    public let longestUnit: Double
    /// Requests that rank 0 answered.
    public let requestCount: Int
    /// The most requests that arrive within a second.
    public let peakRequests: Int
    /// The share of the screen's time that rank 0 spends on answering, 0…1.
    public let rankZeroLoad: Double
    /// Mean seconds from a request to its answer.
    public let answerSeconds: Double

    /// Seconds from start to end.
    public var makespan: Double { startSeconds + screenSeconds + gatherSeconds }
    /// Requests a second while units are evaluated.
    public var requestsPerSecond: Double { screenSeconds > 0 ? Double(requestCount) / screenSeconds : 0 }
    /// Mean seconds that a rank stands still from its last unit's end to the end of the screen.
    public var tailPerRank: Double { tailSeconds / Double(ranks) }

    /// The share of all rank-seconds in which units were evaluated, 0…1.
    public var efficiency: Double { share(usefulSeconds) }

    /// What the rest of the rank-seconds went to, the greatest share first.
    public var losses: [(name: String, share: Double)] {
      [
        ("start", share(startSeconds * Double(ranks))), ("trace", share(traceSeconds)),
        ("waiting", share(waitingSeconds)), ("tail", share(tailSeconds)), ("rank 0", share(servingSeconds)),
        ("gathering", share(gatherSeconds * Double(ranks))),
      ].sorted { $0.1 > $1.1 }
    }

    private func share(_ seconds: Double) -> Double {
      makespan > 0 ? seconds / (Double(ranks) * makespan) : 0
    }
  }
}
