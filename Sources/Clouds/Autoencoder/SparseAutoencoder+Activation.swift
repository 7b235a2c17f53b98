extension SparseAutoencoder {
  /// What becomes of a feature's sum W (x − s) + b.
  public enum Activation: Equatable, Sendable {
    /// 0 where it is negative.
    case relu
    /// 0 unless it is one of the token's k largest, and positive; of equal ones the first features count.
    case topK(Int)
    /// 0 unless its magnitude is one of the token's k largest; of equal ones the first features count.
    case absoluteTopK(Int)
    /// 0 unless it is the largest of its group, of which there are so many of neighbouring features, and positive; of
    /// equal ones the first feature counts.
    case groupMaximum(Int)
    /// 0 unless it is above the feature's threshold, `[features]`, and positive.
    case jumpRelu([Float])
    /// 0 unless the feature's gate is open.
    case gated(Gate)

    /// The name that messages use: ReLU, top-k, JumpReLU and so on.
    public var name: String {
      switch self {
      case .relu: "ReLU"
      case .topK(let count): "top-\(count)"
      case .absoluteTopK(let count): "absolute top-\(count)"
      case .groupMaximum(let count): "maximum of \(count) groups"
      case .jumpRelu: "JumpReLU"
      case .gated: "gated"
      }
    }
  }

  /// The gate and the magnitude of each feature, arXiv 2404.16014, equation (6): of its sum W (x − s) the feature
  /// becomes max(exp(r) sum + magnitude bias, 0) where sum + gate bias > 0, and 0 elsewhere. All are `[features]`.
  public struct Gate: Equatable, Sendable {
    let gateBias: [Float]
    /// The factor exp(r) by which the magnitude's weights differ from the gate's, `[features]`.
    let scale: [Float]
    let magnitudeBias: [Float]
  }
}

extension SparseAutoencoder.Activation {
  /// Whether it can be that of so many features.
  func fits(_ featureCount: Int) -> Bool {
    switch self {
    case .relu: true
    case .topK(let count), .absoluteTopK(let count): (1...featureCount).contains(count)
    case .groupMaximum(let groups): groups > 0 && groups <= featureCount && featureCount % groups == 0
    case .jumpRelu(let thresholds): thresholds.count == featureCount
    case .gated(let gate):
      [gate.gateBias, gate.scale, gate.magnitudeBias].allSatisfy { $0.count == featureCount }
    }
  }

  /// Calls `body` for every feature whose activation is above `threshold`, at least 0, in their order: `sums`,
  /// `[features]`, are one token's, and those of top-k are ranked by their products with `ranking`, `[features]`, if
  /// there is one.
  func forEach(
    _ sums: UnsafeBufferPointer<Float>, above threshold: Float, ranking: [Float]?, _ body: (Int) -> Void
  ) {
    switch self {
    case .relu: for feature in sums.indices where sums[feature] > threshold { body(feature) }
    case .jumpRelu(let own):
      for feature in sums.indices where sums[feature] > threshold && sums[feature] > own[feature] { body(feature) }
    case .gated(let gate):
      for feature in sums.indices where sums[feature] + gate.gateBias[feature] > 0 {
        if gate.scale[feature] * sums[feature] + gate.magnitudeBias[feature] > threshold { body(feature) }
      }
    case .groupMaximum(let groups):
      let size = sums.count / groups
      for start in stride(from: 0, to: sums.count, by: size) {
        var best = start
        for feature in start..<start + size where sums[feature] > sums[best] { best = feature }
        if sums[best] > threshold { body(best) }
      }
    case .topK(let count):
      func rank(_ feature: Int) -> Float { ranking.map { $0[feature] * sums[feature] } ?? sums[feature] }
      // Those below the threshold can be left out beforehand only where their rank is their value.
      let candidates = sums.indices.filter { sums[$0] > (ranking == nil ? threshold : 0) }
      for feature in largest(count, of: candidates, by: rank) where sums[feature] > threshold { body(feature) }
    case .absoluteTopK(let count):
      for feature in largest(count, of: Array(sums.indices), by: { abs(sums[$0]) }) where sums[feature] > threshold {
        body(feature)
      }
    }
  }

  /// The `count` features of the largest ranks, ascending; of equal ranks the first.
  private func largest(_ count: Int, of features: [Int], by rank: (Int) -> Float) -> [Int] {
    guard features.count > count else { return features }
    return features.map { (rank($0), $0) }.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.prefix(count).map(\.1).sorted()
  }
}
