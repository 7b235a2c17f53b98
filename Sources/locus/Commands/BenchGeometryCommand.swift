import ArgumentParser
import CKernels
import Geometry
import LinearAlgebra
import MessagePassing

struct BenchGeometryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geometry",
    abstract: "Measure the analyses of a point cloud, part by part.",
    discussion: """
      Plants lobes in a cloud, and draws for each point on which documents a feature fires. Then runs each part of \
      --parts and prints medians: seconds by the wall; seconds of all ranks' processors; how much the largest rank had \
      in memory at a time; and, of what finds lobes, the adjusted mutual information with the planted ones, 1 where \
      they are the same.

        dense        spectral clustering by the angles of all pairs, kept in memory
        graph        by the graph of nearest neighbours, search included
        landmarks    by the angles to 500 points
        matrix-free  by the angles of all pairs, computed each time they are used
        cofiring     on how many documents each pair of features fires together
        galaxy       spectrum, fits, controls and clustering entropy
        regression   the planted lobe of a point learnt from its position; ranks do not share it

      For example:

        locus bench geometry
        locus bench geometry --points 200000 --parts graph,landmarks --threads 2 --repeats 1
        locus bench geometry --parts cofiring --points 16000 --documents 20000 --density 0.01
        mpirun -n 2 locus bench geometry --json geometry.json

      --peers runs dense, graph, cofiring and regression beside SciPy and scikit-learn, on the same data, each in a \
      process of its own:

        locus bench geometry --peers .build/python/bin/python --repeats 1
      """)

  @Option(help: "Points, which are features too.")
  var points = 8000

  @Option(help: "Components of a point.")
  var dimension = 64

  @Option(help: "Lobes to plant and to find.")
  var lobes = 8

  @Option(
    help: "The deviation of lobes' centres in a component, where points scatter by 1.5 in the first to 0.3 in the last."
  )
  var separation = 0.7

  @Option(help: "Documents on which features fire.")
  var documents = 20_000

  @Option(help: "The share of documents that a feature fires on.")
  var density = 0.01

  @Option(help: "What to measure, such as dense,graph; by default everything.")
  var parts: String?

  @Option(help: "Threads of a rank.")
  var threads = 1

  @Option(help: "How often to run each.")
  var repeats = 3

  @Option(help: "Seed of everything that is drawn at random.")
  var seed: UInt64 = 0

  @Option(help: "Write the figures to this file too.")
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Keep the cloud, the firings and what is found in this folder, as raw numbers.", valueName: "folder"))
  var keep: String?

  @OptionGroup(title: "Comparing with Python") var comparison: PeerOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let bounds: [(name: String, value: Int, least: Int, most: Int)] = [
      ("--points", points, 16, 1 << 24), ("--dimension", dimension, 1, 1 << 16), ("--lobes", lobes, 2, points),
      ("--documents", documents, 1, 1 << 24), ("--threads", threads, 1, 1 << 10), ("--repeats", repeats, 1, 1000),
    ]
    for (name, value, least, most) in bounds where !(least...max(least, most)).contains(value) {
      throw ValidationError("\(name) is \(value); give a number from \(least) to \(most).")
    }
    guard separation >= 0, separation.isFinite else {
      throw ValidationError("--separation is \(separation); give a number from 0 up.")
    }
    guard density > 0, density <= 1 else {
      throw ValidationError("--density is \(density); give a number above 0, 1 at most.")
    }
    let chosen = try chosenParts()
    guard !chosen.contains(.dense) || points <= Lobes.denseLimit else {
      throw ValidationError(
        "--points is \(points); give \(Lobes.denseLimit) at most for dense, or other --parts, such as graph.")
    }
  }

  func run() throws {
    if let python = comparison.peers {
      return try comparison.run("geometry_side_by_side.py", by: python, peerArguments)
    }
    BLAS.useThreads(1)
    try Failure.withSession { world in
      let folder = try Failure.checkingInput { try world.agree { try keep.map { try BenchFolder($0) } } }
      let bench = GeometryBench(sizes, seed: seed)
      let (report, findings) = try Failure.checkingAlike(world) { try measure(bench, world: world) }
      try Failure.onFirstRank(of: world) {
        try Console.result(report.text)
        if let json { try report.write(to: json) }
        try folder?.write(bench, findings)
      }
    }
  }

  private var sizes: GeometryBench.Sizes {
    .init(
      points: points, dimension: dimension, lobes: lobes, separation: separation, documents: documents, density: density
    )
  }

  private func chosenParts() throws -> [GeometryBench.Part] {
    guard let parts else { return GeometryBench.Part.allCases }
    let chosen = try parts.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let part = GeometryBench.Part(rawValue: String(name)) else {
        let names = GeometryBench.Part.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--parts names '\(name)'; choose among \(names).")
      }
      return part
    }
    return GeometryBench.Part.allCases.filter(chosen.contains)
  }

  private var peerArguments: [String] {
    [
      "--points", "\(points)", "--dimension", "\(dimension)", "--lobes", "\(lobes)", "--separation", "\(separation)",
      "--documents", "\(documents)", "--density", "\(density)", "--threads", "\(threads)", "--repeats", "\(repeats)",
      "--seed", "\(seed)",
    ] + (parts.map { ["--parts", $0] } ?? []) + (json.map { ["--json", $0] } ?? [])
      + (keep.map { ["--keep", $0] } ?? [])
  }

  /// What each part took, and what it found the last time.
  private func measure(
    _ bench: GeometryBench, world: Communicator
  ) throws -> (GeometryBenchReport, [GeometryBench.Part: GeometryBench.Finding]) {
    let logger = common.makeLogger()
    var lines: [GeometryBenchReport.Line] = []
    var findings: [GeometryBench.Part: GeometryBench.Finding] = [:]
    for part in try chosenParts() {
      if world.rank == 0 { logger.notice("\(part.rawValue)") }
      var timings: [GeometryBench.Timing] = []
      for _ in 0..<repeats {
        let run = try bench.run(part, communicator: world, threads: threads)
        timings.append(run.timing)
        findings[part] = run.finding
      }
      let agreement = findings[part].flatMap { bench.agreement(of: $0) }
      lines.append(.init(part: part, timings: timings, agreement: agreement))
    }
    let report = GeometryBenchReport(
      instructionSet: String(cString: locus_instruction_set()), blas: BLAS.coreName, ranks: world.size,
      threads: threads, seed: seed, sizes: bench.sizes, parts: lines)
    return (report, findings)
  }
}
