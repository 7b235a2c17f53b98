import Basics
import MessagePassing
import Training

/// The steps of all phases of a training, one after the other.
package struct TrainingCourse {
  /// The loss of each step.
  package private(set) var losses: [Double] = []
  private let prepared: PreparedTraining
  private let sharing: Sharing
  private var phase = 0
  /// Steps of the phases before.
  private var before = 0
  private var trainer: ModelTrainer

  private var configuration: TrainingConfiguration { prepared.configuration }
  /// The values as they are now.
  package var values: ParameterValues { trainer.values }
  /// Steps that were taken.
  var step: Int { losses.count }

  /// The course of a training, before its first step.
  package init(_ prepared: PreparedTraining, sharing: Sharing) {
    self.prepared = prepared
    self.sharing = sharing
    let values = prepared.parameters.untrained(seed: UInt64(prepared.configuration.seed))
    trainer = TrainingCourse.trainer(prepared, values, sharing)
  }

  /// A trainer whose moments are new.
  private static func trainer(
    _ prepared: PreparedTraining, _ values: ParameterValues, _ sharing: Sharing
  ) -> ModelTrainer {
    let configuration = prepared.configuration
    return ModelTrainer(prepared.parameters, values: values, shards: configuration.shards, sharing: sharing) { tensor in
      if let muon = configuration.muon, prepared.parameters.isInner(tensor) { return .muon(muon) }
      return .adam(configuration.adam)
    }
  }

  /// Takes the next step, and returns its loss. Behind the last step of a phase values are rounded to what the file
  /// will have. Collective.
  package mutating func take() throws -> Double {
    let (own, rows) = (configuration.phases[phase], prepared.rows[phase])
    let first = trainer.step * configuration.batch
    let batch = try (first..<first + configuration.batch).map { try rows.row($0) }
    let rate = configuration.rate.rate(of: trainer.step, among: own.steps)
    let loss = try trainer.take(batch, rate: rate, clip: configuration.clip)
    losses.append(loss)
    if trainer.step == own.steps { endPhase() }
    return loss
  }

  private mutating func endPhase() {
    prepared.parameters.round(trainer.values)
    guard phase + 1 < configuration.phases.count else { return }
    before += configuration.phases[phase].steps
    phase += 1
    trainer = TrainingCourse.trainer(prepared, trainer.values, sharing)
  }

  // MARK: State

  /// Everything that a later start needs to go on. Collective.
  func state() throws -> [UInt8] { try trainer.state().bytes + losses.memoryBytes }

  /// Goes on from a state; one that is none of this training's is left alone.
  mutating func restore(_ bytes: [UInt8]) {
    guard let (state, rest) = OptimizerState.read(bytes, count: prepared.parameters.layout.count) else { return }
    let losses = [Double](memoryBytes: rest)
    var (phase, before) = (0, 0)
    while phase + 1 < configuration.phases.count, before + configuration.phases[phase].steps <= losses.count {
      before += configuration.phases[phase].steps
      phase += 1
    }
    guard before + state.step == losses.count, losses.count <= configuration.steps else { return }
    (self.phase, self.before, self.losses) = (phase, before, losses)
    trainer.restore(state)
  }
}
