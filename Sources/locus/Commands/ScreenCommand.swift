import ArgumentParser
import Basics
import CKernels
import Foundation
import LinearAlgebra
import Logging
import MessagePassing
import Runs
import Screen

struct ScreenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screen",
    abstract: "Run the screen of a configuration and write its results file, or continue it.",
    discussion: """
      Evaluates every mutation of the plan on every input and gathers the phenotypes into one HDF5 file. Runs on any \
      number of MPI ranks, also without mpirun; the file is the same for any number.

        mpirun -n 2 locus screen configs/demo.yaml --output results/demo.h5

      Finished units are kept in OUTPUT.journal until the file is whole. Whatever ends the run, the same command \
      continues from there, with any number of ranks. On SIGINT (Ctrl-C), SIGTERM or SIGUSR1 the first rank says at \
      once how many units are safe. Units under way are finished, and the status is 85, as at the time limit. A second \
      signal ends the run at once.

      Launchers add rules of their own. Open MPI's mpirun gives its ranks two seconds after Ctrl-C or SIGTERM, then \
      kills them and returns 1; units that take longer are repeated. With OMPI_MCA_odls_base_sigkill_timeout=N it \
      gives them 2 N seconds. After kill -USR1 of mpirun or srun, units have all the time they need, and the status is \
      85. srun asks for a second Ctrl-C and then kills its ranks.

      If the output already holds the finished result of this plan, the command says so and returns 0. Any other file \
      there is an error, unless --force is given.

      What a mutation does to the weights of its region is its kind (mutations.kinds):

      \(KindList.text)

      Mutations are all regions of a size by all kinds, a sample of these, those of a list (mutations.list), or found \
      from coarse to fine (mutations.refine): each level screens the regions inside the non-silent ones of the level \
      before. Levels before the last have files of their own: demo.h5 has demo.64x64.h5 beside it.

      Instead of regions, mutations may be of components of whole matrices (mutations.components): \
      {count: 16, kinds: [zero, scale: 2, negate]} multiplies each of the 16 largest singular components of each \
      matrix by 0, 2 and -1; {from: FILE.safetensors} takes the components of a file, such as a LoRA.

      Mutations may also be made two at a time (mutations.pairs): {from: EARLIER.h5, top: 16} takes all pairs of the \
      16 strongest mutations of an earlier screen, {list: FILE.csv} the pairs of a table. The file has each mutation \
      alone too, and the group /pair has what a pair does beyond the sum of its mutations.

      With `masks: [FILE, …]` in the configuration, units that the study pruning (locus study) chose are zero in the \
      model and in all its mutants.
      """)

  @Argument(help: "The configuration, a YAML file.")
  var config: String

  @Option(name: .shortAndLong, help: "The results file to write.")
  var output: String

  @Option(
    help: "Screen only part I of N, such as 2/8, into a file of its own; locus gather joins the parts.",
    transform: ScreenPart.init(parsing:))
  var part: ScreenPart?

  @Option(
    help: """
      Memory of a rank beyond the mapped weights, such as 2GB; by default \(Quantity.bytes(MemoryPlan.usualLimit)). \
      Results do not depend on it.
      """,
    transform: MemorySize.init(parsing:))
  var memory = MemorySize(bytes: MemoryPlan.usualLimit)

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
    let logger = common.makeLogger()
    let screen = try Failure.checkingInput {
      try PreparedScreen.load(configurationPath: config, seed: seed, threads: start.threads, communicator: world) {
        logger.notice("\($0)")
      }
    }
    // Last bits of singular components may depend on the number of threads of BLAS; nothing else here uses any.
    BLAS.useThreads(1)
    let node = try Failure.checkingInput { try world.splitByNode() }
    let stopping = try start.stoppingRule(world, started: started)
    try Refinement(screen.configuration, output: output).run(
      screen, communicator: world, preparing: { try Failure.checkingInput($0) }
    ) { screen, level, later in
      try run(
        level, of: screen, later: later, stopping: stopping, notice: notice, node: node, world: world, logger: logger)
    }
  }

  /// Runs one screen or goes on with it; false if it stopped early. Throws the status on rank 0 then.
  private func run(
    _ level: RefinementLevel, of screen: PreparedScreen, later: [String], stopping: StoppingRule,
    notice: StopNotice, node: Communicator, world: Communicator, logger: Logger
  ) throws -> Bool {
    let isFirst = world.rank == 0
    let (memoryPlan, outputFile) = try Failure.checkingInput {
      let memoryPlan = try screen.memoryPlan(limit: memory.bytes, node: node, threads: start.threads)
      // A level that is finished is what later ones go on from.
      let existing = ExistingFiles(
        replacesFile: start.force, keepsResult: !level.isLast, later: later, restarts: start.restart)
      let outputFile = try OutputFile.open(
        path: level.path, screen: screen, part: part, existing: existing, communicator: world
      ) { logger.notice("\($0)") }
      return (memoryPlan, outputFile)
    }
    if outputFile.state == .finished {
      guard isFirst else { return true }
      if level.isLast {
        try Console.result("\(level.path) holds the finished result of this plan already; nothing to do.")
      } else {
        logger.notice("\(level.path) holds the finished result of this level already")
      }
      return true
    }
    if isFirst { describe(screen, outputFile, level, world: world, logger: logger) }
    var meter = ProgressMeter(isShown: isFirst && !common.quiet)
    let summary = try Failure.endingJob(of: world) {
      try ScreenRun(
        screen: screen, communicator: world, output: outputFile, settings: start.settings(stopping), memory: memoryPlan
      )
      .run {
        notice.set(safety($0, outputFile))
        meter.show($0)
      }
    }
    meter.end()
    guard let reason = summary.stopReason else {
      if isFirst { try Console.result(report(summary, screen: screen, level)) }
      return true
    }
    try RunOptions.stop(
      """
      locus: stopped \(reason): \(summary.unitsDone.grouped) of \(summary.unitCount.grouped) units are safe in \
      \(outputFile.journal.path); the same command continues
      """, world)
    return false
  }

  // MARK: Words

  /// What is safe if a signal comes now.
  private func safety(_ progress: ScreenProgress, _ output: OutputFile) -> String {
    let units =
      "\(progress.unitsDone.grouped) of \(progress.unitCount.grouped) units are safe in \(output.journal.path)"
    return progress.phase == .gathering
      ? "\(units); the results file is being written first" : "\(units); the same command continues"
  }

  private func describe(
    _ screen: PreparedScreen, _ output: OutputFile, _ level: RefinementLevel, world: Communicator, logger: Logger
  ) {
    let kernels = String(cString: locus_instruction_set())
    let mutations = screen.plan.positions(of: output.units).count
    let part = output.part.map { "part \($0): " } ?? level.size.map { "regions of \($0): " } ?? ""
    logger.notice(
      """
      \(part)\(mutations.grouped) mutations × \(screen.inputs.count) inputs in \(output.units.count.grouped) units, \
      \(world.size) ranks × \(start.threads) threads, \(kernels) kernels
      """)
  }

  private func report(_ summary: ScreenRun.Summary, screen: PreparedScreen, _ level: RefinementLevel) -> String {
    let share = 100 * Double(summary.nonSilentCount) / Double(max(summary.verdictCount, 1))
    let rate = Double(summary.mutationsEvaluated) / max(summary.screenSeconds, 1e-9)
    let earlier = summary.unitsBefore > 0 ? "\(summary.unitsBefore.grouped) units by earlier starts, " : ""
    return """
      \(level.path): \(summary.mutationCount.grouped) mutations × \(screen.inputs.count) inputs, \
      \(String(format: "%.1f", share)) % of the verdicts non-silent; \(earlier)\
      \((summary.unitsDone - summary.unitsBefore).grouped) units screened in \(TimeText.of(summary.screenSeconds)) \
      (\(RateText.of(rate)) mutations/s), written in \(TimeText.of(summary.gatherSeconds))
      """
  }
}
