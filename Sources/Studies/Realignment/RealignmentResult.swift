import Transformer

/// A side network behind its training, and what it was before.
struct RealignmentResult {
  let style: String
  let seed: Int
  /// The way in which the host lost its training; nil: it is the model itself.
  let control: HostControl?
  let losses: [Double]
  let heldLosses: [Double]
  /// The loss of the batch that would have come next.
  let lastLoss: Double
  /// The losses of held-out rows: of the host alone, and with the network before and behind its training.
  let hostLoss: Double
  let before: Double
  let after: Double
  let untrained: Striation
  let trained: Striation
  /// The gradient of the first batch by all parameters, and its lengths at the layers; empty unless it is asked for.
  let gradient: (parameters: [Float], lengths: [Double])
  /// The lengths of all trained tensors.
  let norms: [Double]
  /// The likeliest continuations of the prompts with the network's additions; none for hosts of controls.
  let continuations: [[Int32]]

  /// The mean over layers of how far training has made the magnitude of each index's mean addition grow; 0 where it has
  /// shrunk. Networks of one seed begin alike, whatever their style, and a price of additions takes most of that away.
  var learnedScores: [Double] {
    trained.scores.indices.map { index in
      zip(trained.additions, untrained.additions).reduce(0) { $0 + max(0, abs($1.0[index]) - abs($1.1[index])) }
        / Double(trained.additions.count)
    }
  }

  /// The name of the network: the style, the seed, and the host if it is not the model.
  var name: String { "\(style) \(seed)" + (control.map { ", \($0.rawValue)" } ?? "") }
}
