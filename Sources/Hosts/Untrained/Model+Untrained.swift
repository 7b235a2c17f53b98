import MessagePassing
import Transformer

extension Model {
  /// Makes a model of the shapes of another one whose weights are random: what is found in it too, training has not
  /// made. `UntrainedWeights` says which weights.
  ///
  /// It takes four bytes for each weight, which the ranks of `sharing` have together, and some 80 ns of a core for each
  /// (four times that where the processor has no instructions for SHA-256), which its ranks and threads share. Weights
  /// are the same for any number of either. Collective over the ranks of `sharing`, which are of one node.
  public static func untrained(
    like model: Model, _ weights: UntrainedWeights = UntrainedWeights(), sharing: Sharing = Sharing()
  ) throws -> Model {
    try UntrainedHost(like: model, weights).model(sharing)
  }

  /// Makes a model with random weights in the shapes of the one at a path, whose files must be there: they decide about
  /// the head.
  public static func untrained(
    like path: String, _ weights: UntrainedWeights = UntrainedWeights(), sharing: Sharing = Sharing()
  ) throws -> Model {
    try untrained(like: try sharing.agree { try Model.load(path: path) }, weights, sharing: sharing)
  }
}
