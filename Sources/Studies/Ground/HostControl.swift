import Hosts

/// The ways of losing the training that studies of gradients compare a model with.
enum HostControl: String, CaseIterable, Sendable {
  case uniform, matched, shuffled

  /// How the weights of such a host are made.
  var way: UntrainedWeights.Way {
    switch self {
    case .uniform: .uniform
    case .matched: .matched
    case .shuffled: .shuffled
    }
  }
}
