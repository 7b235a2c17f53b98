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
      in turn, and prints medians and the speed-up. Nothing is kept.

        mpirun -n 2 locus bench configs/bench.yaml
      """)

  @Argument(help: "The configuration to screen, a YAML file.")
  var config: String

  @Option(help: "How often to run each.")
  var repeats = 3

  @Option(help: "A folder that all hosts share, for the results files.")
  var folder = NSTemporaryDirectory()

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard repeats >= 1 else { throw ValidationError("--repeats is \(repeats); give a number from 1 up.") }
  }

  func run() throws {
    try Failure.withSession { world in try run(world) }
  }

  private func run(_ world: Communicator) throws {
    let screen = try Failure.checkingInput {
      try PreparedScreen.load(configurationPath: config, communicator: world)
    }
    Failure.endingJob(of: world) { try measure(screen, world: world) }
  }

  // MARK: Measuring

  /// Seconds of one whole screen, by the wall and of this thread's processor.
  private struct Timing {
    let wall: Double
    let processor: Double
  }

  private func measure(_ screen: PreparedScreen, world: Communicator) throws {
    let speeds = try world.allReduce([MachineSpeed.productOperationsPerSecond() / 1e9], .minimum)
    guard let alone = try world.split(color: world.rank == 0 ? 0 : 1, key: world.rank) else { return }
    var timings: [(one: Timing, all: Timing)] = []
    for _ in 0..<repeats {
      let one = try whileOthersSleep(world) { try time(screen, communicator: alone) }
      let all = try time(screen, communicator: world)
      timings.append((one, all))
    }
    if world.rank == 0 { Console.result(table(timings, productSpeed: speeds[0], screen: screen, ranks: world.size)) }
  }

  private func time(_ screen: PreparedScreen, communicator: Communicator) throws -> Timing {
    let path = folder + "/locus-bench-\(ProcessInfo.processInfo.processIdentifier).h5"
    let shared = String(decoding: try communicator.broadcast(Array(path.utf8), from: 0), as: UTF8.self)
    let output = try OutputFile.open(path: shared, screen: screen, replacing: true, communicator: communicator)
    let circumstances = ScreenRun.Circumstances(locusVersion: Version.current, commandLine: "bench", threads: 1)
    try communicator.barrier()
    let wall = ContinuousClock.now
    let processor = processorSeconds()
    _ = try ScreenRun(screen: screen, communicator: communicator, output: output, circumstances: circumstances)
      .run { _ in }
    let timing = Timing(
      wall: (ContinuousClock.now - wall).seconds, processor: processorSeconds() - processor)
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
    _ timings: [(one: Timing, all: Timing)], productSpeed: Double, screen: PreparedScreen, ranks: Int
  ) -> String {
    let one = median(timings.map(\.one.wall))
    let all = median(timings.map(\.all.wall))
    let mutations = Double(screen.plan.mutationCount)
    func line(_ name: String, _ wall: Double, _ processor: Double) -> String {
      String(
        format: "%@ %8.2f s wall %8.2f s processor of rank 0 %8.0f mutations/s", name, wall, processor, mutations / wall
      )
    }
    return """
      machine      \(String(cString: locus_instruction_set())) kernels, BLAS for \(BLAS.coreName), product of 1024³ at \
      \(String(format: "%.0f", productSpeed)) GFLOP/s on the slowest rank
      screen       \(screen.plan.mutationCount.grouped) mutations × \(screen.inputs.count) inputs, medians of \(timings.count)
      \(line("one rank    ", one, median(timings.map(\.one.processor))))
      \(line("\(ranks) ranks     ", all, median(timings.map(\.all.processor))))
      speed-up     \(String(format: "%.2f", median(timings.map { $0.one.wall / $0.all.wall }))) (each pair: \
      \(timings.map { String(format: "%.2f", $0.one.wall / $0.all.wall) }.joined(separator: ", ")))
      """
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
