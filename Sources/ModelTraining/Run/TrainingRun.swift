import Basics
import Foundation
import MessagePassing
import Runs
import Training

/// The run of a training over ranks, from the first step, or from where an earlier start was, to the model's folder.
public struct TrainingRun {
  /// How a run ended.
  public struct Summary: Sendable {
    /// Why it stopped early; nil where the model is whole.
    public let stopReason: String?
    /// The mean loss of the last steps.
    public let loss: Double
    /// Steps that this start took.
    public let steps: Int
    /// Steps of earlier starts that it went on from.
    public let stepsBefore: Int
    /// Seconds of this start.
    public let seconds: Double
  }

  /// How far a training is.
  public struct Progress: Sendable {
    /// Steps, and the time that is left.
    public let run: RunProgress
    /// The loss of the last step, or no number before the first.
    public let loss: Double
  }

  private let prepared: PreparedTraining
  private let run: Run
  private let sharing: Sharing

  private var configuration: TrainingConfiguration { prepared.configuration }

  /// A start of a training. Collective.
  public init(_ prepared: PreparedTraining, output: RunOutput, settings: RunSettings, _ world: Communicator) throws {
    self.prepared = prepared
    run = try Run(output: output, settings: settings, communicator: world)
    sharing = Sharing(world, threads: settings.threads)
  }

  /// Trains the model and writes its folder. `progress` is called on rank 0. Collective.
  public func train(progress: @escaping (Progress) -> Void) throws -> Summary {
    let begun = ContinuousClock.now
    try run.noteStart(piecesBefore: 0)
    var course = TrainingCourse(prepared, sharing: sharing)
    var status = StatusKeeper<NoDetails>(folder: run.output.journal)
    var lastLoss = Double.nan
    let keeper = CheckpointKeeper(run, stage: 0, phase: "training", steps: configuration.steps) { [run] found in
      let seconds = (ContinuousClock.now - begun).seconds
      var own = RunStatus(progress: found, evaluatingSeconds: seconds, start: run.start)
      own.pieceName = "step"
      status.note(own, NoDetails())
      progress(Progress(run: found, loss: lastLoss))
    }
    if let state = try keeper.state() { course.restore(state) }
    let first = course.step
    keeper.begin(at: first)
    func summary(_ reason: String?) -> Summary {
      let last = course.losses.suffix(50)
      return Summary(
        stopReason: reason, loss: last.reduce(0, +) / Double(max(last.count, 1)), steps: course.step - first,
        stepsBefore: first, seconds: (ContinuousClock.now - begun).seconds)
    }
    do {
      while course.step < configuration.steps {
        lastLoss = try course.take()
        try keeper.pass(course.step) { try course.state() }
      }
      try keeper.finish { try course.state() }
    } catch let stop as CheckpointKeeper.Stop {
      if run.communicator.rank == 0 {
        status.stopped(stop.reason)
        run.output.setAside()
      }
      return summary(stop.reason)
    }
    try run.communicator.agree {
      guard run.communicator.rank == 0 else { return }
      try TrainedFolder.write(
        prepared.parameters.file(course.values), of: prepared, losses: course.losses, to: run.output)
      try TrainedFolder.publish(run.output)
    }
    return summary(nil)
  }
}
