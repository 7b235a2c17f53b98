import Archive
import ArgumentParser
import Basics
import Findings
import Foundation
import Geometry
import LinearAlgebra
import Logging
import MessagePassing
import Runs

struct GeometryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geometry",
    abstract: "Find the shape of a point cloud: galaxy, lobes, crystals.",
    discussion: """
      Takes one of three clouds.

      A results file of locus screen: points are the mutants, and a mutant fires on the inputs on which it is not \
      silent. A mutant's place is its response, what later blocks answered: the shift of the final residual stream \
      less what the mutation itself adds where it enters. With --point direction it is the whole shift. Whole shifts \
      have much in common by arithmetic alone, because a constant region adds the same to all of its rows. Files of \
      earlier versions have directions only.

        locus geometry results/demo.h5
        locus geometry results/demo.h5 --point direction

      Rows of a tensor of a safetensors file, of an array of numpy (.npy, or .npz without compression), of a dataset \
      of an HDF5 file, or of a JSON object of words and their vectors:

        locus geometry sae.safetensors --tensor W_dec --firings firings.h5
        locus geometry points.npy --labels names.txt
        locus geometry vectors.json --relations questions-words.txt

      The features of a sparse autoencoder of a model: runs the model over texts, counts on which blocks of 256 tokens \
      each feature is above 1, and takes the decoder's rows as points. Incomplete blocks are left out. The autoencoder \
      is a safetensors or .npz file with tensors such as W_enc, W_dec, b_enc, b_dec and threshold, or a folder with \
      one. Settings that its library has put beside it (SAELens, sparsify, Llama Scope, Gemma Scope, \
      dictionary_learning) are followed; one that cannot be is refused by name. Without settings, give --layer and \
      --hook.

        mpirun -n 8 locus geometry --model MODEL --sae AUTOENCODER --text TEXTS
        mpirun -n 8 locus geometry --model MODEL --sae sae.safetensors --layer 3 --hook res_post --text TEXTS

      A firing record is an HDF5 file with two datasets: offsets, int64 [points + 1], and documents, int32. Point i \
      fires on documents[offsets[i]] up to, but not including, documents[offsets[i + 1]], in ascending order. The \
      file's attribute document_count says how many documents there are. Two datasets of text, document_names and \
      document_groups, are optional.

      Zero vectors, points that are not finite and points that never fire are left out and counted. Prints the \
      headline and writes /geometry into an analysis file; what locus analyze found of the same screen stays in it. \
      Any number of ranks gives the same numbers.

      Finished pieces (draws and clusterings) are kept in OUTPUT.journal until the file is whole. Whatever ends the \
      run, the same command continues from there, with any number of ranks, and makes the same file. SIGINT (Ctrl-C), \
      SIGTERM, SIGUSR1 and the time limit end it after the next piece, with status 85; a second signal ends it at \
      once. locus screen --help says how mpirun and srun treat these signals.
      """)

  @Argument(help: "A results file, or a safetensors, .npy, .npz, HDF5 or JSON file of points.")
  var cloud: String?

  @OptionGroup(title: "Points of a file") var rows: RowOptions
  @OptionGroup(title: "Features of a sparse autoencoder") var features: FeatureOptions

  @Option(name: .shortAndLong, help: "The analysis file to write; by default NAME.analysis.h5 beside the cloud's file.")
  var output: String?

  @Option(help: "Seed of everything that is drawn at random.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      What the mutants of a results file are points by: response, what later blocks answered; direction, the whole \
      shift of the residual stream. By default response where the file has it.
      """))
  var point: MutantPoint?

  @Option(help: "Lobes to find; by default as many as the largest gap of the eigenvalues suggests.")
  var clusters: Int?

  @Option(
    help: ArgumentHelp(
      """
      A measure of how alike points fire, for functional lobes: \(FiringMeasure.spellings); may be given several \
      times; by default all.
      """, valueName: "measure"))
  var affinity: [FiringMeasure] = []

  @Option(
    help: """
      How lobes are found: exact, by affinities of all pairs; neighbours, by a graph of nearest neighbours; landmarks, \
      by affinities to 500 points. By default exact up to \(Lobes.denseLimit.grouped) points, neighbours up to \
      \(Lobes.neighbourLimit.grouped), landmarks beyond.
      """)
  var method: Lobes.Method?

  @Flag(help: "Discard the finished pieces of an interrupted start.")
  var restart = false

  @Option(
    help: "End within this time, such as 3h50m or 01:30:00; the limit of a Slurm job counts too.",
    transform: TimeSpan.init(parsing:))
  var maxTime: TimeSpan?

  @Option(help: "Threads of a rank. Results do not depend on it.")
  var threads = 1

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); give a number from 1 up.") }
    if let clusters, clusters < 2 { throw ValidationError("--clusters is \(clusters); give a number from 2 up.") }
    guard (cloud == nil) == features.isUsed, !features.isUsed || !rows.isUsed else {
      throw ValidationError(
        "Name one cloud: a file, perhaps with --tensor or --dataset, or --model, --sae, --layer and --text.")
    }
    guard !features.isUsed || point == nil else {
      throw ValidationError("--point is for the mutants of a results file; leave it out.")
    }
    guard !features.isUsed || features.sae != nil else {
      throw ValidationError("--sae is missing; name the sparse autoencoder.")
    }
  }

  func run() throws {
    let started = ContinuousClock.now
    // Ranks may be bound to different numbers of cores, and bits of its products depend on its threads.
    BLAS.useThreads(1)
    try Failure.withSession { world in try run(world, started: started) }
  }

  private func run(_ world: Communicator, started: ContinuousClock.Instant) throws {
    let notice = StopNotice(isFirst: world.rank == 0)
    defer { notice.silence() }
    let logger = common.makeLogger()
    let path = cloud ?? features.sae ?? ""
    let writer = try Failure.checkingInput {
      try world.agree {
        try UnfinishedScreen.check(path)
        return try AnalysisWriter(path: output ?? AnalysisFile.path(besides: path))
      }
    }
    let stopping = try Failure.endingJob(of: world) {
      try JobLimit.stoppingRule(world, maxTime: maxTime, started: started)
    }
    func open(_ inputsSHA256: () -> String) throws -> GeometryRun {
      var settings = RunSettings(
        locusVersion: Version.current, commandLine: CommandLine.arguments.joined(separator: " "), threads: threads)
      settings.stopping = stopping
      return try GeometryRun(
        output: writer.path, settings: settings, restarts: restart, notice: notice, isShown: !common.quiet,
        world: world, noting: { logger.notice("\($0)") }
      ) { .geometry(options: distinctions, inputsSHA256: inputsSHA256()) }
    }
    if features.isUsed {
      let geometry = try Failure.checkingInput { try open { CloudDigest.ofFiles(features.paths) } }
      let source = try countFirings(geometry, world: world, logger: logger)
      try find(geometry, writer, of: source, world: world, logger: logger)
    } else {
      let source = try Failure.checkingInput {
        try world.agree { try GeometrySource.read(path, as: rows, point: point) }
      }
      let geometry = try Failure.checkingInput { try open { CloudDigest.of(source) } }
      try find(geometry, writer, of: source, world: world, logger: logger)
    }
  }

  // MARK: The study

  /// Counts on which blocks of text the features of an autoencoder fire, or goes on with it; where that is stopped
  /// early, ends with status 85.
  private func countFirings(_ geometry: GeometryRun, world: Communicator, logger: Logger) throws -> GeometrySource {
    let (sources, study) = try forgetting(geometry) {
      try Failure.checkingInput {
        let sources = try GeometrySource.sources(features, threads: threads, world: world, logger: logger)
        return (sources, try world.agree { try sources.study(threads: threads) })
      }
    }
    let (found, reason) = try Failure.endingJob(of: world) { try geometry.firings(of: study) }
    guard let found else { try stop(geometry, for: reason ?? "early", world) }
    geometry.clearLine()
    return try forgetting(geometry) {
      try Failure.checkingInput {
        try GeometrySource.features(features, of: sources, firings: found, world: world, logger: logger)
      }
    }
  }

  // MARK: The geometry

  /// Finds all that is in the cloud of a source and writes it; where that is interrupted, ends with status 85.
  private func find(
    _ geometry: GeometryRun, _ writer: AnalysisWriter, of source: GeometrySource, world: Communicator, logger: Logger
  ) throws {
    if world.rank == 0 { for warning in source.warnings { logger.warning("\(warning)") } }
    let keeper = try Failure.checkingInput { try geometry.makeKeeper() }
    let found = try forgetting(geometry) {
      try Failure.checkingAlike(world) {
        try analyze(source, sharing: Sharing(world, threads: threads, keeper: keeper)) { phase in
          geometry.clearLine()
          if world.rank == 0 { logger.notice("\(phase)") }
        }
      }
    }
    guard let findings = found else { try stop(geometry, for: geometry.stopReason, world) }
    geometry.clearLine()
    if world.rank == 0 { for problem in findings.problems { logger.warning("\(problem)") } }
    try Failure.onFirstRank(of: world) {
      let kept = try writer.write(findings.groups, to: .geometry, provenance: provenance(source))
      geometry.remove()
      for section in kept { logger.info("kept /\(section.rawValue) of \(writer.path)") }
      try Console.result(GeometryHeadline(findings).text + "\n\n\(writer.path)")
    }
  }

  /// What is in the cloud of a source; nil where all ranks were interrupted.
  private func analyze(
    _ source: GeometrySource, sharing: Sharing, progress: (String) -> Void
  ) throws -> GeometryFindings? {
    do {
      return try GeometryFindings(
        source.cloud, mutations: source.mutations, point: source.point, hiddenSize: source.hiddenSize,
        choices: choices, sharing: sharing, progress: progress)
    } catch is Interruption {
      return nil
    }
  }

  /// Runs `body`; where it ends because of bad input, nothing is left of the run, because the same command would fail
  /// again.
  private func forgetting<Result>(_ geometry: GeometryRun, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let ended as ExitCode where ended == Failure.badInput {
      geometry.remove()
      throw ended
    }
  }

  /// Ends the command early: all ranks do, with status 85 of the first.
  private func stop(_ geometry: GeometryRun, for reason: String, _ world: Communicator) throws -> Never {
    geometry.setAside(reason)
    try RunOptions.stop("locus: stopped \(reason): \(geometry.safety)", world)
    throw ExitCode.success
  }

  // MARK: Words

  /// The options that the findings depend on, in words.
  private var distinctions: [(name: String, value: String)] {
    let usual = { (value: Any?) in value.map { "\($0)" } ?? "the usual" }
    return [
      ("seed", "\(seed)"), ("clusters", usual(clusters)), ("measures", "\(affinity.map(\.rawValue))"),
      ("method", usual(method?.rawValue)),
    ] + (features.isUsed ? features.distinctions : [])
  }

  private var choices: GeometryFindings.Choices {
    var choices = GeometryFindings.Choices()
    choices.seed = seed
    choices.lobeCount = clusters
    if !affinity.isEmpty { choices.measures = FiringMeasure.allCases.filter(affinity.contains) }
    choices.method = method
    return choices
  }

  private func provenance(_ source: GeometrySource) -> AnalysisProvenance {
    var provenance = AnalysisProvenance(
      locusVersion: Version.current, created: Date.now.formatted(.iso8601),
      commandLine: CommandLine.arguments.joined(separator: " "),
      source: URL(fileURLWithPath: source.path).lastPathComponent, sourcePlanSHA256: source.planSHA256)
    provenance.progress = source.planSHA256.isEmpty ? nil : ResultsFile.progress(at: source.path)
    return provenance
  }
}

extension Lobes.Method: ExpressibleByArgument {}

extension MutantPoint: ExpressibleByArgument {}

extension FiringMeasure: ExpressibleByArgument {
  /// The measure as it is written on the command line: `simple-matching`.
  var spelling: String { self == .simpleMatching ? "simple-matching" : rawValue }

  static var spellings: String { allCases.map(\.spelling).joined(separator: ", ") }

  public init?(argument: String) {
    guard let measure = FiringMeasure.allCases.first(where: { $0.spelling == argument }) else { return nil }
    self = measure
  }
}
