/// One question that enrichment is asked of each block, with a false discovery rate of its own.
struct EnrichmentAnswer: Sendable {
  let name: String
  private let probability: @Sendable (Enrichment.Block) -> Double

  static let all = [
    EnrichmentAnswer(name: "chance") { $0.chanceProbability },
    EnrichmentAnswer(name: "margins") { $0.marginProbability },
    EnrichmentAnswer(name: "arithmetic") { $0.residualProbability },
    EnrichmentAnswer(name: "all three") { $0.probability },
  ]

  private init(name: String, probability: @escaping @Sendable (Enrichment.Block) -> Double) {
    self.name = name
    self.probability = probability
  }

  /// The blocks that are enriched by this answer, in the order of the entries.
  func findings(_ enrichment: Enrichment) -> [(entry: Int, axis: Enrichment.Axis, block: Int)] {
    let adjusted = FalseDiscoveryRate.adjusted(
      enrichment.entries.flatMap { $0.blocks.joined().map { probability($0) } })
    var findings: [(entry: Int, axis: Enrichment.Axis, block: Int)] = []
    var next = 0
    for (index, entry) in enrichment.entries.enumerated() {
      for axis in Enrichment.Axis.allCases {
        for block in entry.blocks[axis.rawValue].indices {
          if adjusted[next] <= FalseDiscoveryRate.level { findings.append((index, axis, block)) }
          next += 1
        }
      }
    }
    return findings
  }
}
