import ArgumentParser
import CKernels
import Foundation
import Logging
import MessagePassing
import Screen

struct ScreenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screen",
    abstract: "Run the screen of a configuration and write its results file.",
    discussion: """
      Evaluates every mutation of the plan on every input and gathers the phenotypes into one HDF5 file. Runs on any \
      number of MPI ranks, also without mpirun; the file is the same for any number.

        mpirun -n 2 locus screen configs/demo.yaml --output results/demo.h5

      If the output holds the finished result of this very plan, says so and ends with status 0. Anything else there is \
      an error unless --force is given.
      """)

  @Argument(help: "The configuration, a YAML file.")
  var config: String

  @Option(name: .shortAndLong, help: "The results file to write.")
  var output: String

  @Flag(help: "Replace whatever file is at the output.")
  var force = false

  @Option(help: "Threads of a rank, which share its products. Results do not depend on it; ranks scale better.")
  var threads = 1

  @Option(help: "Memory of a rank beyond the mapped weights. Results do not depend on it.")
  var memory = MemorySize(bytes: MemoryPlan.usualLimit)

  @Option(help: "A seed that takes the place of the configuration's.")
  var seed: UInt64?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); give a number from 1 up.") }
  }

  func run() throws {
    try Failure.withSession { world in try run(world) }
  }

  private func run(_ world: Communicator) throws {
    let logger = common.makeLogger()
    let isFirst = world.rank == 0
    let node = try world.splitByNode()
    let (screen, outputFile, memoryPlan) = try Failure.checkingInput {
      let screen = try PreparedScreen.load(configurationPath: config, seed: seed, communicator: world)
      let outputFile = try OutputFile.open(path: output, screen: screen, replacing: force, communicator: world)
      let memoryPlan = try screen.memoryPlan(limit: memory.bytes, node: node, threads: threads)
      return (screen, outputFile, memoryPlan)
    }
    if outputFile.state == .finished {
      if isFirst { Console.result("\(output) holds the finished result of this plan already; nothing to do.") }
      return
    }
    if isFirst { describe(screen, world: world, logger: logger) }
    var meter = ProgressMeter(isShown: isFirst && !common.quiet)
    let circumstances = ScreenRun.Circumstances(
      locusVersion: Version.current, commandLine: CommandLine.arguments.joined(separator: " "), threads: threads,
      memory: memoryPlan)
    let summary = Failure.endingJob(of: world) {
      try ScreenRun(screen: screen, communicator: world, output: outputFile, circumstances: circumstances)
        .run { meter.show($0) }
    }
    meter.end()
    if isFirst { Console.result(report(summary, screen: screen)) }
  }

  // MARK: Words

  private func describe(_ screen: PreparedScreen, world: Communicator, logger: Logger) {
    let kernels = String(cString: locus_instruction_set())
    logger.notice(
      """
      \(screen.plan.mutationCount.grouped) mutations × \(screen.inputs.count) inputs in \
      \(screen.plan.units.count.grouped) units, \(world.size) ranks × \(threads) threads, \(kernels) kernels
      """)
  }

  private func report(_ summary: ScreenRun.Summary, screen: PreparedScreen) -> String {
    let share = 100 * Double(summary.nonSilentCount) / Double(max(summary.verdictCount, 1))
    let rate = Double(screen.plan.mutationCount) / max(summary.screenSeconds, 1e-9)
    return """
      \(output): \(screen.plan.mutationCount.grouped) mutations × \(screen.inputs.count) inputs, \
      \(String(format: "%.1f", share)) % of the verdicts non-silent; screened in \
      \(TimeText.of(summary.screenSeconds)) (\(String(format: "%.0f", rate)) mutations/s), written in \
      \(TimeText.of(summary.gatherSeconds))
      """
  }
}
