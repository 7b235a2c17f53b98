/// A number that is foretold of a mutation on an input.
public enum ForecastColumn: String, CaseIterable, Sendable {
  /// The divergence by the second order.
  case divergence
  /// The linear margin; above 1 the verdict is predicted to change.
  case margin
  /// The change of the loss by the first order, against which the others are measured.
  case lossChange = "loss_change"

  /// What it is, in words.
  public var meaning: String {
    switch self {
    case .divergence: "predicted mean over steps of KL(baseline || mutant), in nats"
    case .margin:
      "largest share of a step's margin, best minus second score, that the mutation is predicted to take; the verdict "
        + "is predicted to change above 1"
    case .lossChange:
      "predicted mean over steps of log p(baseline) - log p(mutant) of the baseline's next token, in nats"
    }
  }

  /// How it is made.
  public var comment: String {
    switch self {
    case .divergence:
      """
      Half the mean over probes of (sum over the region of dW * G_v)^2, over the number of steps, where dW is what \
      the mutation adds to the weights and G_v the gradient by them of the sum over all steps of v . logits, with v \
      = sqrt(p) * e - p (sqrt(p) . e), e random signs and p the softmax of the logits, so that the mean of v v' is \
      diag(p) - p p': unbiased for the quadratic form of the Fisher information. The sign of probe s on input i, \
      position t (counted to the longest sequence) and token k is that of draw 1 + k + vocabulary * (t + longest * \
      i) of SplitMix64 from key mix(mix(seed + g) + (s + 1) g), g = 0x9E3779B97F4A7C15: -1 where its first bit is 0.
      """
    case .margin:
      """
      The largest over steps of -dW . G / (best - second), with G the gradient by the weights of the best less the \
      second score of the baseline at that step. It is linear in the change of the weights.
      """
    case .lossChange:
      "The sum over the region of dW * G, with G the gradient of the mean loss of the baseline's own next tokens."
    }
  }
}
