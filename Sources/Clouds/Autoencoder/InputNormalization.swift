/// What is done to an activation before an autoencoder reads it, token by token.
public enum InputNormalization: Equatable, Sendable {
  /// The activation is read as it is.
  case none
  /// Every number is multiplied by the same one: √width over the average norm of a data set's activations.
  case factor(Float)
  /// The activation is brought to the Euclidean norm √width; one of zeros stays.
  case constantNorm
  /// The mean is taken off, and the rest divided by its standard deviation (of width − 1) + 10⁻⁵, as in arXiv
  /// 2406.04093.
  case standardized

  /// What is done, in words to follow "activations".
  public var words: String {
    switch self {
    case .none: "as they are"
    case .factor(let factor): "times \(factor)"
    case .constantNorm: "at the norm √width"
    case .standardized: "standardized"
    }
  }

  /// Normalizes one token's activation, `[width]`, in place; sums are of double precision.
  func apply(_ activation: UnsafeMutableBufferPointer<Float>) {
    let count = Double(activation.count)
    switch self {
    case .none: break
    case .factor(let factor): for index in activation.indices { activation[index] *= factor }
    case .constantNorm:
      let norm = activation.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard norm > 0 else { return }
      let factor = count.squareRoot() / norm
      for index in activation.indices { activation[index] = Float(Double(activation[index]) * factor) }
    case .standardized:
      let mean = activation.reduce(0.0) { $0 + Double($1) } / count
      let squares = activation.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let deviation = (squares / max(count - 1, 1)).squareRoot()
      for index in activation.indices {
        activation[index] = Float((Double(activation[index]) - mean) / (deviation + 1e-5))
      }
    }
  }
}
