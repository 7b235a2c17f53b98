/// A named site of a block, under the name that libraries of interpretability give to it.
public enum Site: String, CaseIterable, Sendable {
  /// The residual stream as it enters the block.
  case residualBefore = "res_pre"
  /// What the output matrix of attention reads: weighted values, head by head.
  case attentionOutput = "attn_pre_out"
  /// The residual stream with attention's output.
  case residualMiddle = "res_mid"
  /// What the down matrix reads: the gated activations.
  case mlpHidden = "mlp_pre_out"
  /// The residual stream as it leaves the block.
  case residualAfter = "res_post"
}

extension Block {
  /// What a hook sees at a site; nil where the block has no such site.
  ///
  /// `res_mid` is the residual stream behind the sum with attention's output, provided that something of the block
  /// reads it there: a block whose parts stand side by side has none.
  public func value(at site: Site) -> Value? {
    switch site {
    case .residualBefore: Value(slot: .residual, step: -1)
    case .attentionOutput: attention.map { Value(slot: .attended, step: $0.index) }
    case .residualMiddle:
      steps.indices.lazy
        .filter { step in
          step > self.attention?.index ?? self.steps.count && self.steps[step].outputs.contains(.residual)
        }
        .map { Value(slot: .residual, step: $0) }.first
        .flatMap { middle in
          zip(steps, reads).contains { $0.inputs.first == .residual && $1.first == middle } ? middle : nil
        }
    case .mlpHidden: matrices.contains(.down) ? reads[product(of: .down).index].first : nil
    case .residualAfter: residualAfter
    }
  }

  /// The sites that the block has.
  public var sites: [Site] { Site.allCases.filter { value(at: $0) != nil } }
}
