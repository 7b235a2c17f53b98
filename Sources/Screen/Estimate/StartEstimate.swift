/// What comes before the first unit: reading the weights on every node, and the baselines, which its ranks share out.
public struct StartEstimate: Equatable, Sendable {
  public var weightBytes: Double
  /// Seconds of one core for all baselines, were memory no limit.
  public var baselineSeconds: Double
  /// How often generating the baselines takes all weights from memory: once a step, for as many inputs as fit together.
  public var weightPasses: Double
  public var coresPerNode = 64
  /// A node's memory and network, and the file system for all nodes together, in bytes per second.
  public var memoryBandwidth = 200e9
  public var nodeBandwidth = 12.5e9
  public var fileSystemBandwidth = 20e9

  public init(weightBytes: Double, baselineSeconds: Double, weightPasses: Double) {
    self.weightBytes = weightBytes
    self.baselineSeconds = baselineSeconds
    self.weightPasses = weightPasses
  }

  /// Seconds of reading the weights once a node, and of the baselines of all ranks of a node at once.
  public func parts(ranks: Int) -> (reading: Double, baselines: Double) {
    let onNode = min(ranks, max(1, coresPerNode))
    let nodes = Double((ranks + onNode - 1) / onNode)
    let reading = weightBytes / min(nodeBandwidth, fileSystemBandwidth / nodes)
    return (
      reading, max(baselineSeconds / Double(onNode), weightPasses * weightBytes * Double(onNode) / memoryBandwidth)
    )
  }

  /// Seconds of all of it.
  public func seconds(ranks: Int) -> Double {
    let parts = parts(ranks: ranks)
    return parts.reading + parts.baselines
  }
}
