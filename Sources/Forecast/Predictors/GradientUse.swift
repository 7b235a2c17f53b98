/// What becomes of dW ∘ G, the change of a scalar that a mutation is predicted to make, by what the scalar is.
enum GradientUse {
  /// A random probe of the second order: its square is added to the divergence.
  case probe
  /// The best less the second score of a step: the largest share of a margin that is lost counts.
  case step(scale: Float)
  /// The loss: the change itself counts.
  case loss
}
