import Archive
import ArgumentParser
import Basics
import Findings
import Foundation
import LinearAlgebra
import Logging
import MessagePassing
import Runs

struct BenchFindingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Measure how often findings are false, and how often they find what is planted.",
    discussion: """
      Permutes a results file so that findings of certain families must be false, analyzes it as locus analyze would, \
      texts included, and counts what is found all the same, family by family, over --seeds permutations. What --null \
      keeps:

        cells       what each input is sensitive to as a whole, and what its verdicts look like: within each input, \
      all that was recorded of a verdict is permuted together over all mutations. Every finding about mutations is \
      false.
        phenotypes  layers, matrices, kinds and what inputs share: whole phenotypes are permuted among the mutations \
      of the same layer, matrix and kind. Findings about rows and columns are false; the others are shown as kept.

      With --plant, also measures power. Something is planted in a permuted screen, and the figures say how much of it \
      is found, and which share of all findings is false:

        stripes  1, 2, 4, 8 and 25 % of the row blocks or column blocks of a matrix, with more non-silent verdicts
        pairs    two row blocks or column blocks of which one answers to maximum as the other does to minimum
        bias     1, 2, 4, 8 and 25 % of the matrices, with more non-silent verdicts by maximum
        regions  a region that is sensitive on one task alone

      For example:

        locus bench findings results/demo.h5
        locus bench findings results/demo.h5 --null none --plant stripes,bias --points 10,20
        mpirun -n 8 locus bench findings results/demo.h5 --plant all --json findings.json

      Ranks share the permutations and find the same. Each holds the whole file in memory, twice.
      """)

  @Argument(help: "A results file that locus screen wrote.")
  var file: String

  @Option(help: "Permutations, and screens for each thing that is planted.")
  var seeds = 100

  @Option(help: "Seed of everything that is drawn at random; each permutation has its own, counted from this.")
  var seed: UInt64 = 0

  @Option(help: "How to permute, such as cells,phenotypes, or none.")
  var null = CalibrationNull.allCases.map(\.rawValue).joined(separator: ",")

  @Option(help: "What to plant, such as stripes,bias, or all.")
  var plant: String?

  @Option(help: "By how many percentage points verdicts are raised.")
  var points = "5,10,20,30,40"

  @Option(help: "Plant stripes and pairs only along axes with at least this many blocks.")
  var leastBlocks = 2

  @Option(help: "A folder for temporary results files, which are removed.")
  var folder = NSTemporaryDirectory()

  @Option(help: "Write the figures to this file too.")
  var json: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...100_000).contains(seeds), seed <= UInt64.max - UInt64(seeds) else {
      throw ValidationError("--seeds is \(seeds); give a number from 1 to 100000.")
    }
    guard (2...1_000_000).contains(leastBlocks) else {
      throw ValidationError("--least-blocks is \(leastBlocks); give a number from 2.")
    }
    _ = try nulls()
    _ = try plants()
    _ = try strengths()
  }

  func run() throws {
    try Failure.withSession { world in
      let results = try Failure.checkingInput { try world.agree { try ResultsFile(path: file) } }
      // Last bits of products may depend on the number of threads, and waiting threads would keep other ranks off the
      // cores.
      BLAS.useThreads(1)
      let analysis = try Failure.checkingInput { try Analysis(of: results, seed: seed, communicator: world) }
      let screen = try Failure.checkingInput { try world.agree { try RecordedScreen(results) } }
      try results.close()
      let report = try Failure.endingJob(of: world) { try measure(screen, analysis.families, world) }
      try Failure.onFirstRank(of: world) {
        try Console.result(report.text)
        if let json { try report.write(to: json) }
      }
    }
  }

  // MARK: Options

  private func nulls() throws -> [CalibrationNull] {
    null == "none" ? [] : try chosen("--null", null, of: CalibrationNull.allCases)
  }

  private func plants() throws -> [Plant] {
    guard let plant else { return [] }
    return plant == "all" ? Plant.allCases : try chosen("--plant", plant, of: Plant.allCases)
  }

  private func strengths() throws -> [Int] {
    let numbers = points.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard numbers.allSatisfy((1...100).contains) else {
      throw ValidationError("--points is \(points); give numbers from 1 to 100, such as 5,10,20.")
    }
    return Set(numbers).sorted()
  }

  /// Those that are named, in the order of all.
  private func chosen<Value: RawRepresentable<String> & Equatable>(
    _ option: String, _ text: String, of all: [Value]
  ) throws -> [Value] {
    let named = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let value = Value(rawValue: String(name)) else {
        let names = all.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option) names '\(name)'; choose among \(names).")
      }
      return value
    }
    return all.filter(named.contains)
  }

  // MARK: Measuring

  /// `families` are those of the file itself, of all on the first rank.
  private func measure(
    _ screen: RecordedScreen, _ families: [FindingFamily], _ world: Communicator
  ) throws -> FindingsBenchReport {
    let seeds = seed..<seed + UInt64(seeds)
    let nulls = try nulls().map { null in
      try timed(null.rawValue, world) { progress in
        try NullCalibration(screen, null, seeds: seeds, folder: folder, communicator: world, progress: progress)
      }
    }
    let plants = try plants()
    let power =
      plants.isEmpty
      ? nil
      : try timed("planted", world) { progress in
        try PowerCalibration(
          screen, plants, points: try strengths(), leastBlocks: leastBlocks, seeds: seeds, communicator: world,
          progress: progress)
      }
    return FindingsBenchReport(
      file: URL(fileURLWithPath: file).lastPathComponent, families: families, nulls: nulls, power: power)
  }

  /// Reports how far this rank's part of the work is, and what it took.
  private func timed<Result>(
    _ name: String, _ world: Communicator, _ body: ((Int, Int) -> Void) throws -> Result
  ) rethrows -> Result {
    let (began, processor) = (ContinuousClock.now, ProcessorTime.seconds)
    var meter = CountMeter(isShown: world.rank == 0 && !common.quiet)
    var count = 0
    let result = try body { done, total in
      count = total
      meter.show("\(name): screen", done, of: total, tellsTimeLeft: true)
    }
    meter.end()
    if world.rank == 0, count > 0 {
      let each = (ProcessorTime.seconds - processor) / Double(count)
      let elapsed = TimeText.of((ContinuousClock.now - began).seconds)
      common.makeLogger().notice("\(name): \(elapsed), \(String(format: "%.3f", each)) processor seconds a screen")
    }
    return result
  }
}
