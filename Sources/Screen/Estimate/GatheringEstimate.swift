import Foundation

/// What gathering takes: reading rows from the journal round by round, and writing them together.
public struct GatheringEstimate: Equatable, Sendable {
  /// Bytes of all rows before compression.
  public var bytes: Double
  /// Units whose records are read.
  public var unitCount: Int
  /// Cores of a node, a rank each.
  public var coresPerNode = 64
  /// Bytes per second that the file system gives to and takes from all nodes together.
  public var fileSystemBandwidth = 20e9
  /// Bytes per second that it gives to and takes from one node.
  public var nodeFileBandwidth = 2e9
  /// A rank's bytes per second through a record's checksum.
  public var checksumBandwidth = 1e9
  /// Seconds that a rank takes to open a journal's file for a unit.
  public var openSeconds = 1e-3
  /// A rank's bytes per second through shuffling and deflate, level 1.
  public var compressionBandwidth = 60e6
  /// Seconds of a collective call of two ranks, times the logarithm of their number.
  public var collectiveSeconds = 20e-6
  /// Such calls in a round: opening, writing and closing some fifteen datasets.
  public var collectivesPerRound = 150.0

  /// Takes what is gathered; all else has usual values.
  public init(bytes: Double, unitCount: Int) {
    self.bytes = bytes
    self.unitCount = unitCount
  }

  /// Ranks own whole runs of rows, the first ranks first: the ranks, and the nodes, that read and write in a round.
  public func writers(ranks: Int) -> (ranks: Int, nodes: Int) {
    let own = min(Double(ranks), max(1, (bytes / Double(Gathering.roundBytes)).rounded(.up)))
    return (Int(own), (Int(own) + coresPerNode - 1) / max(1, coresPerNode))
  }

  /// Rounds that it takes.
  public func rounds(ranks: Int) -> Double {
    (bytes / (Double(Gathering.roundBytes) * Double(ranks))).rounded(.up)
  }

  /// Seconds of reading and of writing.
  public func parts(ranks: Int) -> (read: Double, write: Double) {
    let writers = writers(ranks: ranks)
    let files = min(fileSystemBandwidth, nodeFileBandwidth * Double(writers.nodes))
    let read =
      Double(unitCount) * openSeconds / Double(writers.ranks)
      + bytes / min(files, checksumBandwidth * Double(writers.ranks))
    let calls = rounds(ranks: ranks) * collectivesPerRound * collectiveSeconds * log2(Double(ranks))
    return (read, bytes / min(files, compressionBandwidth * Double(writers.ranks)) + calls)
  }

  /// Seconds of all of it.
  public func seconds(ranks: Int) -> Double {
    let parts = parts(ranks: ranks)
    return parts.read + parts.write
  }
}
