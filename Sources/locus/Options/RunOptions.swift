import ArgumentParser
import Foundation
import MessagePassing
import Runs

/// Options of commands that write one results file piece by piece and go on where an earlier start ended.
struct RunOptions: ParsableArguments {
  /// More is to be done, and nothing is lost: what HTCondor and Slurm sites use for it.
  static let stoppedEarly = ExitCode(85)

  @Flag(help: "Replace whatever file is at the output.")
  var force = false

  @Flag(help: "Discard what earlier starts have finished.")
  var restart = false

  @Option(
    help: "End within this time, such as 3h50m or 01:30:00; the limit of a Slurm job counts too.",
    transform: TimeSpan.init(parsing:))
  var maxTime: TimeSpan?

  @Option(
    help: "Seconds between flushes of the journal to disk; the end of a process loses nothing that is finished anyway.")
  var checkpoint = 30.0

  @Option(help: "Threads of a rank, which share its products. Results do not depend on it; more ranks scale better.")
  var threads = 1

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); give a number from 1 up.") }
    guard checkpoint >= 0, checkpoint < 1e9 else {
      throw ValidationError("--checkpoint is \(checkpoint); give a number of seconds.")
    }
  }

  /// When the command that was `started` has to end. Collective.
  func stoppingRule(_ world: Communicator, started: ContinuousClock.Instant) throws -> StoppingRule {
    try Failure.endingJob(of: world) { try JobLimit.stoppingRule(world, maxTime: maxTime, started: started) }
  }

  /// What a run is told of its start.
  func settings(_ stopping: StoppingRule) -> RunSettings {
    var settings = RunSettings(
      locusVersion: Version.current, commandLine: CommandLine.arguments.joined(separator: " "), threads: threads)
    settings.checkpointInterval = .seconds(checkpoint)
    settings.stopping = stopping
    return settings
  }

  /// Ends the command early: the first rank says `note` and throws status 85. It returns on the others, which end with
  /// the job.
  static func stop(_ note: String, _ world: Communicator) throws {
    // Launchers kill what still runs when a rank ends with a status of its own: that is rank 0, a moment after the
    // others.
    guard world.rank == 0 else { return }
    Console.note(note)
    usleep(300_000)
    throw stoppedEarly
  }
}
