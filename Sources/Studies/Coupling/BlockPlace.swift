import Transformer

/// Which Jacobian is meant: that of a block between two tokens of a prompt, ∂ block(X)_target / ∂ x_source, less what
/// the residual stream itself carries, which is the identity where both tokens are one.
struct BlockPlace: Hashable {
  let layer: Int
  let source: Int
  let target: Int
}

/// How the Jacobians of one block at several tokens are compared with each other.
enum CouplingVariant: String, CaseIterable, Sendable {
  /// Each token's own.
  case token
  /// The last token's output by the inputs of the others.
  case contextInputs = "context_inputs"
  /// The outputs of all by the input of the first.
  case contextOutputs = "context_outputs"

  /// The Jacobians of a layer at some ascending tokens.
  func places(layer: Int, tokens: Range<Int>) -> [BlockPlace] {
    tokens.map { token in
      switch self {
      case .token: BlockPlace(layer: layer, source: token, target: token)
      case .contextInputs: BlockPlace(layer: layer, source: token, target: tokens.upperBound - 1)
      case .contextOutputs: BlockPlace(layer: layer, source: tokens.lowerBound, target: token)
      }
    }
  }
}

/// The Jacobians that are taken of one prompt, and which of them are compared with each other.
struct PromptPlaces {
  /// All of them, each once: first those of the last token, layer by layer.
  let places: [BlockPlace]
  /// Their numbers among these, for depth first and then for each variant.
  let series: [[Int]]

  init(layerCount: Int, tokenCount: Int, variants: [CouplingVariant], layer: Int, tokens: Int) {
    let last = tokenCount - 1
    var places = (0..<layerCount).map { BlockPlace(layer: $0, source: last, target: last) }
    var series = [Array(places.indices)]
    for variant in variants {
      let own = variant.places(layer: layer, tokens: tokenCount - tokens..<tokenCount)
      for place in own where !places.contains(place) { places.append(place) }
      series.append(own.compactMap { places.firstIndex(of: $0) })
    }
    self.places = places
    self.series = series
  }
}
