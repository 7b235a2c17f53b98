import ArgumentParser
import Basics
import Forecast
import Foundation
import LinearAlgebra
import Logging
import MessagePassing
import Runs
import Screen

struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Foretell what the mutants of a screen would do, from gradients, and write it to a file, or continue.",
    discussion: """
      Takes the configuration of a screen and runs no mutant: some backward passes of the unmutated model for each \
      input say what every region of every size down to single weights would do, whatever their number. Runs on any \
      number of MPI ranks, also without mpirun; the file is the same for any number.

        locus forecast configs/demo.yaml --output results/forecast.h5
        mpirun -n 2 locus forecast configs/demo.yaml --output results/forecast.h5

      For each mutation and input, /forecast has three numbers. margin: above 1 the verdict is predicted to change; it \
      is the largest share, of all steps, of the best less the second score that the mutation takes, to first order. \
      divergence: the divergence in nats to second order, from random probes; below 0.05 nats within 10 % in the \
      median, unless regions are as large as 16 × 16, whose divergence it has a quarter too low. \
      loss_change: the plain gradient of the loss, which both of them beat. The smaller a region, the more can be \
      trusted: of the verdicts of a small model 99.6 to 99.99 % were right for single weights, 96 to 99.7 % for \
      regions of 4 × 4, 81 to 97 % for 16 × 16.

      Below it are maps of all regions of several sizes, /forecast/16x16 to /forecast/1x1, over all inputs. The \
      configuration may say how many probes, and which sizes besides that of its mutations:

        forecast: {probes: 16, sizes: [16, 4, 1]}

      Finished pieces are kept in OUTPUT.journal until the file is whole, and the same command continues. Signals and \
      the time limit are those of locus screen: see locus screen --help. locus plan CONFIG says beforehand what it \
      takes, and locus report FILE shows the maps.
      """)

  @Argument(help: "The configuration of a screen, a YAML file.")
  var config: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Option(help: "Seed of all that is random, of which mutations a sample takes, too; by default the configuration's.")
  var seed: UInt64?

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
    let screen = try Failure.checkingInput {
      try PreparedScreen.load(
        configurationPath: config, seed: seed, threads: start.threads, choosing: false, communicator: world
      ) {
        logger.notice("\($0)")
      }
    }
    let prepared = try Failure.checkingAlike(world) { try PreparedForecast(screen) }
    let stopping = try start.stoppingRule(world, started: started)
    let place = try Failure.checkingInput {
      try RunOutput.open(
        path: output, restarts: start.restart, communicator: world, noting: { logger.notice("\($0)") },
        conditions: { try prepared.conditions() },
        findsResult: { try ForecastOutput.findsResult(at: $0, replacing: start.force) })
    }
    if place.state == .finished {
      guard world.rank == 0 else { return }
      return try Console.result("\(output) holds the finished forecast of this plan already; nothing to do.")
    }
    if world.rank == 0 { describe(prepared, world, logger) }
    let settings = start.settings(stopping)
    let meter = RunMeter(isShown: world.rank == 0 && !common.quiet)
    let summary = try Failure.endingJob(of: world) {
      try ForecastRun(prepared, output: place, settings: settings, communicator: world).run { progress in
        notice.set("what is finished is safe in \(place.journal.path); the same command continues")
        meter.show(progress)
      }
    }
    meter.end()
    if let reason = summary.stopReason {
      return try RunOptions.stop(
        "locus: stopped \(reason): what is finished is safe in \(place.journal.path); the same command continues", world
      )
    }
    guard world.rank == 0 else { return }
    try Console.result(report(summary))
  }

  // MARK: Words

  private func describe(_ prepared: PreparedForecast, _ world: Communicator, _ logger: Logger) {
    let maps = prepared.sizes.isEmpty ? "" : ", maps of \(prepared.sizes.map(\.description).joined(separator: ", "))"
    logger.notice(
      """
      \(prepared.mutationCount.grouped) mutations × \(prepared.screen.inputs.count) inputs in \
      \(prepared.pieceCount.grouped) pieces\(maps), \(world.size) ranks × \(start.threads) threads
      """)
  }

  private func report(_ summary: ForecastRun.Summary) -> String {
    let share = Percent.text(Double(summary.changedCount) / Double(max(summary.pairCount, 1)))
    let earlier = summary.piecesBefore > 0 ? "\(summary.piecesBefore.grouped) pieces by earlier starts, " : ""
    return """
      \(output): \(summary.pairCount.grouped) verdicts foretold, \(share) % of them non-silent; \(earlier)\
      \((summary.piecesDone - summary.piecesBefore).grouped) pieces in \(TimeText.of(summary.processorSeconds)) of a \
      core, \(TimeText.of(summary.seconds)) in all
      """
  }
}
