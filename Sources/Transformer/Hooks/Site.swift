/// Where in a block activations can be seen, under the names that libraries of interpretability give to these places.
public enum Hook: String, CaseIterable, Sendable {
  /// The residual stream as it enters the block.
  case entering = "res_pre"
  /// What the output matrix of attention reads: weighted values, head by head.
  case attended = "attn_pre_out"
  /// The residual stream with attention's output.
  case middle = "res_mid"
  /// What the down matrix reads: the gated activations.
  case gated = "mlp_pre_out"
  /// The residual stream as it leaves the block.
  case leaving = "res_post"

  /// Numbers of a token there.
  public func width(_ configuration: LlamaConfiguration) -> Int {
    switch self {
    case .entering, .middle, .leaving: configuration.hiddenSize
    case .attended: configuration.queryWidth
    case .gated: configuration.intermediateSize
    }
  }
}
