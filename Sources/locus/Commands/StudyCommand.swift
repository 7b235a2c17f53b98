import ArgumentParser
import Basics
import CKernels
import Drawing
import LinearAlgebra
import Logging
import MessagePassing
import Runs
import Studies

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Run studies of what flows through a model and write their file, or continue them.",
    discussion: """
      A study is an experiment on a frozen model: it watches, edits or compares activations where a screen mutates \
      weights. The configuration names a model, texts, and a section for each study; all go into one HDF5 file, \
      into a group /studies/NAME each, and what is known of single units into /units/SITE. Runs on any number of MPI \
      ranks, also without mpirun; the file is the same for any number.

        locus study --list
        locus study ablation --template
        mpirun -n 2 locus study configs/studies/ablation.yaml --output results/ablation.h5

      Finished pieces are kept in OUTPUT.journal until the file is whole. Whatever ends the run, the same command \
      continues from there, with any number of ranks. Signals and the time limit are those of locus screen: see \
      locus screen --help. locus plan CONFIG says beforehand what it takes, and locus status OUTPUT how far it is.

      The studies:

      \(StudyList.paragraphs)
      """)

  @Argument(help: "The configuration, a YAML file; with --template the name of a study.")
  var config: String?

  @Option(name: .shortAndLong, help: "The results file to write.")
  var output: String?

  @Flag(help: "Name the studies, with what each asks.")
  var list = false

  @Flag(help: "Print a commented section of a configuration to start from.")
  var template = false

  @Option(
    help: """
      Memory of a rank for panels of activations, such as 2GB; by default \(Quantity.bytes(StudiesRun.usualMemory)). \
      Results do not depend on it.
      """,
    transform: MemorySize.init(parsing:))
  var memory = MemorySize(bytes: StudiesRun.usualMemory)

  @OptionGroup var start: RunOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if list { return }
    guard let config else {
      throw ValidationError("The configuration is missing; name a YAML file, or --list for the studies.")
    }
    if template {
      guard Studies.named(config) != nil else {
        throw ValidationError(
          "There is no study \(config.quoted); the studies are \(StudyList.names.joined(separator: ", ")).")
      }
      return
    }
    guard output != nil else { throw ValidationError("--output is missing; name the file to write.") }
  }

  func run() throws {
    if list { return try Console.result(StudyList.text) }
    guard let config else { return }
    if template, let study = Studies.named(config) { return try Console.result(StudyList.template(of: study)) }
    guard let output else { return }
    let started = ContinuousClock.now
    try Failure.withSession { world in try run(config, output: output, world, started: started) }
  }

  private func run(
    _ config: String, output: String, _ world: Communicator, started: ContinuousClock.Instant
  ) throws {
    let notice = StopNotice(isFirst: world.rank == 0)
    defer { notice.silence() }
    // The last bits of sums may depend on how many there are.
    BLAS.useThreads(1)
    let logger = common.makeLogger()
    let prepared = try Failure.checkingInput {
      try PreparedStudies.load(configurationPath: config, threads: start.threads, communicator: world) {
        logger.notice("\($0)")
      }
    }
    let stopping = try start.stoppingRule(world, started: started)
    let place = try Failure.checkingInput {
      try RunOutput.open(
        path: output, restarts: start.restart, communicator: world, noting: { logger.notice("\($0)") },
        conditions: { try prepared.conditions() },
        findsResult: { try StudyOutput.findsResult(at: $0, replacing: start.force) })
    }
    if place.state == .finished {
      guard world.rank == 0 else { return }
      return try Console.result("\(output) holds the finished result of these studies already; nothing to do.")
    }
    let summary = try findings(prepared, place, start.settings(stopping), notice, logger, world)
    if let reason = summary.stopReason {
      return try RunOptions.stop(
        "locus: stopped \(reason): what is finished is safe in \(place.journal.path); the same command continues", world
      )
    }
    guard world.rank == 0 else { return }
    let text = summary.sentences.map { study, sentences in
      ([study] + sentences.map { "  " + $0 }).joined(separator: "\n")
    }
    try Console.result(
      text.joined(separator: "\n\n") + "\n\n\(output): \(Numeral.items(summary.sentences.count, "study", "studies"))"
        + " in \(TimeText.of(summary.seconds))")
  }

  private func findings(
    _ prepared: PreparedStudies, _ place: RunOutput, _ settings: RunSettings, _ notice: StopNotice, _ logger: Logger,
    _ world: Communicator
  ) throws -> StudiesRun.Summary {
    let meter = RunMeter(isShown: world.rank == 0 && !common.quiet)
    defer { meter.end() }
    do {
      let run = try StudiesRun(prepared, output: place, settings: settings, memory: memory.bytes, world)
      let before = try run.piecesBefore()
      if before > 0, world.rank == 0 { logger.notice("continuing: \(before.grouped) pieces are finished already") }
      return try run.findings { progress in
        notice.set(
          "\(progress.stage.phase): what is finished is safe in \(place.journal.path); the same command continues")
        meter.show(progress)
      }
    } catch let error as StudiesError {
      // What texts and files turn out to lack is wrong on all ranks alike.
      if world.rank == 0 {
        Console.note("locus: \(error)")
        place.removeJournal()
      }
      throw Failure.badInput
    } catch let ended as ExitCode {
      throw ended
    } catch {
      return try Failure.endingJob(of: world) { throw error }
    }
  }
}
