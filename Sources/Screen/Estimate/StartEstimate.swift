/// What comes before the first unit: reading the weights on every node, and the baselines, which its ranks share out.
public struct StartEstimate: Equatable, Sendable {
  /// Bytes of the model's weights.
  public var weightBytes: Double
  /// Seconds of one core for all baselines, were memory no limit.
  public var baselineSeconds: Double
  /// How often generating the baselines takes all weights from memory: once a step, for as many inputs as fit together.
  public var weightPasses: Double
  /// Cores of a node, a rank each.
  public var coresPerNode = 64
  /// Bytes per second of a node's memory.
  public var memoryBandwidth = 200e9
  /// Bytes per second of a node's network.
  public var nodeBandwidth = 12.5e9
  /// Bytes per second of the file system for all nodes together.
  public var fileSystemBandwidth = 20e9

  /// Takes what is read and computed; all else has usual values.
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
