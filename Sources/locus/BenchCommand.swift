import ArgumentParser
import CKernels
import Foundation
import LinearAlgebra
import MessagePassing
import Screen

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure this machine: matrix products, and a screen by one rank and by all.",
    discussion: """
      Runs the whole screen of a configuration, baselines, hand-out, gathering and file, by rank 0 alone and by all ranks, \
      in turn, and prints medians and the speed-up, beside what the processor could do at most. Nothing is kept. Instead of \
      a configuration, --shape makes a model of a published shape with random weights, in a folder that it removes.

        mpirun -n 2 locus bench configs/bench.yaml
        mpirun -n 2 locus bench --shape tinyllama-1.1b --repeats 1
      """)

  @Argument(help: "The configuration to screen, a YAML file.")
  var config: String?

  @Option(
    help:
      "A model with random weights instead: \(SyntheticScreen.Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
  var shape: SyntheticScreen.Shape?

  @Option(help: "Units of the screen of a shape.")
  var units = 4

  @Option(help: "How often to run each.")
  var repeats = 3

  @Option(help: "A folder that all hosts share, for the results files and a shape's weights.")
  var folder = NSTemporaryDirectory()

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard repeats >= 1, units >= 1 else { throw ValidationError("--repeats and --units are numbers from 1 up.") }
    guard (config == nil) != (shape == nil) else { throw ValidationError("Give either a configuration or --shape.") }
  }

  func run() throws {
    try Failure.withSession { world in try run(world) }
  }

  private func run(_ world: Communicator) throws {
    let synthetic = try Failure.checkingInput { try makeSynthetic(world) }
    defer { if world.rank == 0 { synthetic?.remove() } }
    let path = try Failure.checkingInput { try share(synthetic?.configurationPath ?? config ?? "", world) }
    let screen = try Failure.checkingInput { try PreparedScreen.load(configurationPath: path, communicator: world) }
    Failure.endingJob(of: world) { try measure(screen, world: world) }
  }

  /// Rank 0 writes the model of a shape, where one is asked for.
  private func makeSynthetic(_ world: Communicator) throws -> SyntheticScreen? {
    guard let shape, world.rank == 0 else { return nil }
    let folder = folder + "/locus-bench-\(ProcessInfo.processInfo.processIdentifier)"
    return try SyntheticScreen(shape: shape, folder: folder, unitCount: units)
  }

  /// Rank 0's text on every rank.
  private func share(_ text: String, _ communicator: Communicator) throws -> String {
    String(decoding: try communicator.broadcast(Array(text.utf8), from: 0), as: UTF8.self)
  }

  // MARK: Measuring

  /// Seconds of one whole screen, by the wall and of this thread's processor.
  private struct Timing {
    let wall: Double
    let processor: Double
    var summary: ScreenRun.Summary?

    /// Operations of all ranks in evaluating units, each second.
    var speed: Double { summary.map { $0.operationsDone.total / max($0.screenSeconds, 1e-9) } ?? 0 }
  }

  private func measure(_ screen: PreparedScreen, world: Communicator) throws {
    let speeds = try world.allReduce(
      [MachineSpeed.peakOperationsPerSecond() / 1e9, MachineSpeed.productOperationsPerSecond().own / 1e9], .minimum)
    guard let alone = try world.split(color: world.rank == 0 ? 0 : 1, key: world.rank) else { return }
    var timings: [(one: Timing, all: Timing)] = []
    for _ in 0..<repeats {
      let one = try whileOthersSleep(world) { try time(screen, communicator: alone) }
      let all = try time(screen, communicator: world)
      timings.append((one, all))
    }
    if world.rank == 0 {
      Console.result(table(timings, peak: speeds[0], productSpeed: speeds[1], screen: screen, ranks: world.size))
    }
  }

  private func time(_ screen: PreparedScreen, communicator: Communicator) throws -> Timing {
    let path = folder + "/locus-bench-\(ProcessInfo.processInfo.processIdentifier).h5"
    let shared = try share(path, communicator)
    let output = try OutputFile.open(path: shared, screen: screen, replacing: true, communicator: communicator)
    let memory = try screen.memoryPlan(
      limit: MemoryPlan.usualLimit, node: try communicator.splitByNode(), threads: 1)
    let circumstances = ScreenRun.Circumstances(
      locusVersion: Version.current, commandLine: "bench", threads: 1, memory: memory)
    try communicator.barrier()
    let wall = ContinuousClock.now
    let processor = processorSeconds()
    let summary = try ScreenRun(
      screen: screen, communicator: communicator, output: output, circumstances: circumstances
    )
    .run { _ in }
    let timing = Timing(
      wall: (ContinuousClock.now - wall).seconds, processor: processorSeconds() - processor,
      summary: summary)
    try communicator.barrier()
    if communicator.rank == 0 { unlink(shared) }
    return timing
  }

  /// Runs `body` on rank 0 while the others sleep: a rank that waits in MPI would keep its core busy.
  private func whileOthersSleep(_ world: Communicator, _ body: () throws -> Timing) throws -> Timing {
    let tag = 7
    if world.rank == 0 {
      let timing = try body()
      for rank in 1..<max(world.size, 1) { try world.send([1], to: rank, tag: tag) }
      return timing
    }
    let reply = try world.startReceive(from: 0, tag: tag, count: 1)
    while try reply.test() == nil { usleep(1000) }
    return Timing(wall: 0, processor: 0)
  }

  /// Seconds of processor time of this thread.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  // MARK: Words

  private func table(
    _ timings: [(one: Timing, all: Timing)], peak: Double, productSpeed: Double, screen: PreparedScreen, ranks: Int
  ) -> String {
    let mutations = Double(screen.plan.mutationCount)
    let summary = timings.first?.one.summary
    func line(_ name: String, _ ranks: Int, _ timings: [Timing]) -> String {
      let speed = median(timings.map(\.speed)) / Double(ranks) / 1e9
      let seconds = median(timings.map { $0.summary?.screenSeconds ?? 0 })
      return String(
        format: "%@ %7.2f s in all, %7.2f s of units: %7.1f mutations/s, %5.1f GFLOP/s a rank, %2.0f %% of the peak "
          + "(processor of rank 0: %.2f s)", name.padding(toLength: 12, withPad: " ", startingAt: 0),
        median(timings.map(\.wall)), seconds, mutations / seconds, speed, 100 * speed / peak,
        median(timings.map(\.processor)))
    }
    let ratios = timings.map { $0.one.wall / $0.all.wall }
    return """
      machine      \(String(cString: locus_instruction_set())) kernels, BLAS for \(BLAS.coreName); on the slowest rank \
      \(String(format: "%.0f GFLOP/s of fused multiply-adds at most, %.0f in a product of 1024³", peak, productSpeed))
      screen       \(screen.plan.mutationCount.grouped) mutations × \(screen.inputs.count) inputs; verdicts need \
      \(Quantity.operations(summary?.operationsNeeded.total ?? 0)), done were \
      \(Quantity.operations(summary?.operationsDone.total ?? 0)); medians of \
      \(timings.count)
      \(line("one rank", 1, timings.map(\.one)))
      \(line("\(ranks) ranks", ranks, timings.map(\.all)))
      speed-up     \(String(format: "%.2f", median(ratios))) (each pair: \
      \(ratios.map { String(format: "%.2f", $0) }.joined(separator: ", ")))
      """
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

extension SyntheticScreen.Shape: ExpressibleByArgument {}
