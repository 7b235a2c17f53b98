import Hosts
import MessagePassing
import Transformer

extension StudyGround {
  /// The same ground with a host that has lost its training, which the ranks of a node hold together; nothing is masked
  /// there. Collective.
  func untrained(_ weights: UntrainedWeights) throws -> StudyGround {
    let (model, threads) = (pass.model, pass.workspace.threads)
    guard let communicator = stages.communicator else {
      return with(try Model.untrained(like: model, weights, sharing: Sharing(threads: threads)))
    }
    let choice = HostChoice(path: model.checkpoint.path, untrained: weights)
    return with(try choice.losingTraining(model, threads: threads, communicator: communicator))
  }
}
