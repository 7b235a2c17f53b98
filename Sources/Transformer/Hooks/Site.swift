/// Where in a block activations can be seen, under the names that libraries of interpretability give to these places.
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

  /// Numbers of a token there.
  public func width(_ configuration: LlamaConfiguration) -> Int {
    switch self {
    case .residualBefore, .residualMiddle, .residualAfter: configuration.hiddenSize
    case .attentionOutput: configuration.queryWidth
    case .mlpHidden: configuration.intermediateSize
    }
  }
}
