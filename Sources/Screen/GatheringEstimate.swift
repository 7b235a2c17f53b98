import Foundation

/// What gathering takes: exchanging rows round by round, and writing them together.
public struct GatheringEstimate: Equatable, Sendable {
  /// Bytes of all rows before compression.
  public var bytes: Double
  public var coresPerNode = 64
  /// A node's network, one way, in bytes per second: 100 Gbit/s.
  public var nodeBandwidth = 12.5e9
  /// What the file system takes from all nodes together, and from one, in bytes per second.
  public var fileSystemBandwidth = 20e9
  public var nodeWriteBandwidth = 2e9
  /// A rank's bytes per second through shuffling and deflate, level 1.
  public var compressionBandwidth = 60e6
  /// Seconds that a rank takes to look at one partner of an exchange, and to learn the size of its part.
  public var partnerSeconds = 2e-6
  /// Seconds of a collective call of two ranks, times the logarithm of their number, and such calls in a round: opening,
  /// writing and closing some fifteen datasets.
  public var collectiveSeconds = 20e-6
  public var collectivesPerRound = 150.0

  public init(bytes: Double) { self.bytes = bytes }

  /// Ranks own whole runs of rows, the first ranks first: the ranks, and the nodes, that receive and write in a round.
  public func writers(ranks: Int) -> (ranks: Int, nodes: Int) {
    let own = min(Double(ranks), max(1, (bytes / Double(Gathering.roundBytes)).rounded(.up)))
    return (Int(own), (Int(own) + coresPerNode - 1) / max(1, coresPerNode))
  }

  /// Rounds that it takes.
  public func rounds(ranks: Int) -> Double {
    (bytes / (Double(Gathering.roundBytes) * Double(ranks))).rounded(.up)
  }

  /// Seconds of exchanging and of writing.
  public func parts(ranks: Int) -> (exchange: Double, write: Double) {
    let writers = writers(ranks: ranks)
    let rounds = rounds(ranks: ranks)
    let away = bytes * Double(ranks - 1) / Double(ranks)
    // Within a node the rows go through shared memory, which is faster than a network.
    let exchange =
      rounds * Double(ranks - 1) * partnerSeconds + away / (Double(writers.nodes) * nodeBandwidth)
    let bandwidth = min(
      fileSystemBandwidth, nodeWriteBandwidth * Double(writers.nodes), compressionBandwidth * Double(writers.ranks))
    let calls = rounds * collectivesPerRound * collectiveSeconds * log2(Double(ranks))
    return (exchange, bytes / bandwidth + calls)
  }

  /// Seconds of all of it.
  public func seconds(ranks: Int) -> Double {
    let parts = parts(ranks: ranks)
    return parts.exchange + parts.write
  }
}
