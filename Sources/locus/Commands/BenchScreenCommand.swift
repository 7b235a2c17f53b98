import ArgumentParser
import CKernels
import Foundation
import LinearAlgebra
import MessagePassing
import Screen

struct BenchScreenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screen",
    abstract: "Measure matrix products, and a screen by one rank and by all.",
    discussion: """
      Runs the whole screen of a configuration, baselines, work queue, gathering and file, by some of the ranks and by \
      all, in turn, and prints medians beside what the processor could do at most. Nothing is kept. Instead of a \
      configuration, --model takes a model and --shape makes one of a published shape with random weights, in a folder \
      that it removes.

        mpirun -n 2 locus bench configs/bench.yaml
        mpirun -n 2 locus bench --shape tinyllama-1.1b --repeats 1
        mpirun -n 4 --oversubscribe locus bench configs/bench.yaml --ranks 1,2,4
        locus bench --peers .build/python/bin/python --model random:15m
      """)

  @Argument(help: "The configuration to screen, a YAML file.")
  var config: String?

  @Option(
    help:
      "A model with random weights instead: \(BenchScreen.Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
  var shape: BenchScreen.Shape?

  @Option(help: "A model instead, with random inputs.")
  var model: String?

  @Option(help: "Units of the screen of a model or a shape.")
  var units = 4

  @Option(help: "How often to run each.")
  var repeats = 3

  @Option(help: "Numbers of ranks to compare, such as 1,2,4; by default 1 and all.")
  var ranks: String?

  @Option(help: "Memory of a rank beyond the mapped weights.")
  var memory = MemorySize(bytes: MemoryPlan.usualLimit)

  @Option(help: "A folder that all hosts share, for the results files and a shape's weights.")
  var folder = NSTemporaryDirectory()

  @Option(help: "Write the figures to this file too.")
  var json: String?

  @OptionGroup(title: "Comparing with Python") var comparison: PeerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard repeats >= 1, units >= 1 else { throw ValidationError("--repeats and --units are numbers from 1 up.") }
    guard [config != nil, shape != nil, model != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give a configuration, --shape or --model.")
    }
    guard comparison.peers == nil || model != nil else { throw ValidationError("--peers goes with --model.") }
    if ranks != nil, rankCounts(1) == nil { throw ValidationError("--ranks is a list of numbers such as 1,2,4.") }
  }

  func run() throws {
    if let python = comparison.peers, let model {
      return try comparison.run(
        "side_by_side.py", by: python, ["--model", model] + (json.map { ["--json", $0] } ?? []))
    }
    try Failure.withSession { world in try run(world) }
  }

  private func run(_ world: Communicator) throws {
    let synthetic = try Failure.checkingInput { try makeSynthetic(world) }
    defer { if world.rank == 0 { synthetic?.remove() } }
    let path = try Failure.checkingInput { try share(synthetic?.configurationPath ?? config ?? "", world) }
    let screen = try Failure.checkingInput { try PreparedScreen.load(configurationPath: path, communicator: world) }
    let report = try Failure.endingJob(of: world) { try measure(screen, world: world) }
    guard world.rank == 0 else { return }
    try Console.result(report.text)
    if let json { try Failure.checkingInput { try report.write(to: json) } }
  }

  /// Rank 0 writes the model of a shape or the inputs for a model, where one is asked for.
  private func makeSynthetic(_ world: Communicator) throws -> BenchScreen? {
    guard world.rank == 0 else { return nil }
    let folder = folder + "/locus-bench-\(ProcessInfo.processInfo.processIdentifier)"
    if let shape { return try BenchScreen(shape: shape, folder: folder, unitCount: units) }
    return try model.map { try BenchScreen(modelPath: $0, folder: folder, unitCount: units) }
  }

  /// Rank 0's text on every rank.
  private func share(_ text: String, _ communicator: Communicator) throws -> String {
    String(decoding: try communicator.broadcast(Array(text.utf8), from: 0), as: UTF8.self)
  }

  private func rankCounts(_ size: Int) -> [Int]? {
    guard let ranks else { return size > 1 ? [1, size] : [1] }
    let counts = ranks.split(separator: ",").map { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ $0.map { $0 >= 1 } ?? false }) else { return nil }
    return counts.compactMap { $0 }.filter { $0 <= max(size, 1) }
  }

  // MARK: Measuring

  private func measure(_ screen: PreparedScreen, world: Communicator) throws -> ScreenBenchReport {
    let products = MachineSpeed.productOperationsPerSecond()
    let speeds = try world.allReduce(
      [MachineSpeed.peakOperationsPerSecond(), products.own, products.blas], .minimum)
    let table = try whileOthersSleep(world) { ProductTable(model: screen.model, seconds: 0.1) }
    let bench = ScreenBench(screen: screen, folder: folder, version: Version.current)
    let naive = try whileOthersSleep(world) { try bench.naiveMutationsPerSecond() }
    let decoding = try whileOthersSleep(world) { DecodingSpeed(model: screen.model) }
    var runs: [[ScreenBench.Timing]] = []
    for _ in 0..<repeats {
      var round: [ScreenBench.Timing] = []
      for count in rankCounts(world.size) ?? [] {
        guard let part = try world.split(color: world.rank < count ? 0 : 1, key: world.rank) else { continue }
        let timing = try whileOthersSleep(world, count) { try bench.run(part, memory: memory.bytes) }
        try part.free()
        if let timing { round.append(timing) }
      }
      runs.append(round)
    }
    return ScreenBenchReport(
      instructionSet: String(cString: locus_instruction_set()), blas: BLAS.coreName, peak: speeds[0],
      product: speeds[1], blasProduct: speeds[2], products: table,
      mutationCount: screen.plan.mutationCount, inputCount: screen.inputs.count, naiveMutationsPerSecond: naive,
      decoding: decoding.flatMap { $0 }, runs: runs)
  }

  /// Runs `body` on the first ranks while the others sleep: a rank that waits in MPI would keep its core busy.
  private func whileOthersSleep<Result>(
    _ world: Communicator, _ count: Int = 1, _ body: () throws -> Result
  ) throws -> Result? {
    let tag = 7
    guard world.rank < count else {
      let reply = try world.startReceive(from: 0, tag: tag, count: 1)
      while try reply.test() == nil { usleep(1000) }
      return nil
    }
    let result = try body()
    if world.rank == 0 {
      for rank in count..<max(world.size, count) { try world.send([1], to: rank, tag: tag) }
    }
    return result
  }
}

extension BenchScreen.Shape: ExpressibleByArgument {}
