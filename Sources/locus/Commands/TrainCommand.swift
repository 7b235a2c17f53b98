import ArgumentParser
import Basics
import Drawing
import Foundation
import LinearAlgebra
import MessagePassing
import ModelTraining
import Runs

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model from text, or continue a training.",
    discussion: """
      The configuration names a shape (a folder with config.json and a tokenizer), rows of tokens, texts, or the \
      micro-world whose text is made as it is asked for, and how the model learns. All its weights learn by their \
      gradients; the result is a folder in Hugging Face layout, bfloat16, which is there when it is whole. Runs on \
      any number of MPI ranks, also without mpirun: a batch has a fixed number of shards, which ranks share, so that \
      the weights are the same for any number.

        locus plan configs/demo-train.yaml
        mpirun -n 2 locus train configs/demo-train.yaml --output results/demo-model

      The state is kept in OUTPUT.journal now and then. Whatever ends the run, the same command continues from there. \
      Signals and the time limit are those of locus screen: see locus screen --help.
      """)

  @Argument(help: "The configuration, a YAML file.")
  var config: String

  @Option(name: .shortAndLong, help: "The folder to write.")
  var output: String

  @OptionGroup var start: RunOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let started = ContinuousClock.now
    try Failure.withSession { world in try run(world, started: started) }
  }

  private func run(_ world: Communicator, started: ContinuousClock.Instant) throws {
    let notice = StopNotice(isFirst: world.rank == 0)
    defer { notice.silence() }
    // The last bits of sums may depend on how many there are.
    BLAS.useThreads(1)
    let logger = common.makeLogger()
    let prepared = try Failure.checkingInput {
      try PreparedTraining.load(configurationPath: config, communicator: world)
    }
    let settings = start.settings(try start.stoppingRule(world, started: started))
    let place = try Failure.checkingInput {
      try RunOutput.open(
        path: output, restarts: start.restart, communicator: world, noting: { logger.notice("\($0)") },
        conditions: { try prepared.conditions() },
        findsResult: { try TrainedFolder.findsResult(at: $0, replacing: start.force) })
    }
    if place.state == .finished {
      guard world.rank == 0 else { return }
      return try Console.result("\(output) holds the finished result of this training already; nothing to do.")
    }
    let summary = try Failure.endingJob(of: world) { try train(prepared, place, settings, notice, world) }
    if let reason = summary.stopReason {
      return try RunOptions.stop(
        "locus: stopped \(reason): the state is safe in \(place.journal.path); the same command continues", world)
    }
    guard world.rank == 0 else { return }
    let before = summary.stepsBefore == 0 ? "" : " and \(Numeral.items(summary.stepsBefore, "step")) by earlier starts"
    try Console.result(
      "\(output): \(prepared.parameters.elementCount.grouped) parameters, \(Numeral.items(summary.steps, "step")) in "
        + "\(TimeText.of(summary.seconds))\(before), loss \(Numeral.number(summary.loss)) over the last steps")
  }

  private func train(
    _ prepared: PreparedTraining, _ place: RunOutput, _ settings: RunSettings, _ notice: StopNotice,
    _ world: Communicator
  ) throws -> TrainingRun.Summary {
    let meter = RunMeter(isShown: world.rank == 0 && !common.quiet)
    defer { meter.end() }
    let run = try TrainingRun(prepared, output: place, settings: settings, world)
    return try run.train { progress in
      notice.set("training: the state is safe in \(place.journal.path); the same command continues")
      meter.show(progress)
    }
  }
}
