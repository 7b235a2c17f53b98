import Archive
import ArgumentParser
import Findings
import Foundation
import Geometry
import LinearAlgebra
import MessagePassing

struct GeometryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geometry",
    abstract: "Find the shape of a point cloud: galaxy, lobes, crystals.",
    discussion: """
      Takes one of three clouds.

      A results file of locus screen: points are the mutants, and a mutant fires on the inputs on which it is not silent. A \
      mutant's place is its response: how the residual stream has moved at its end, less what the mutation itself adds where it \
      enters, so that it is what later blocks answered. With --point direction it is the whole shift. A constant region adds the \
      same to all of its rows, so that whole shifts have much in common by arithmetic alone. Files of earlier versions have \
      directions only.

        locus geometry results/demo.h5
        locus geometry results/demo.h5 --point direction

      Rows of a tensor of a safetensors file, of a dataset of an HDF5 file, or of a JSON object of words and their vectors:

        locus geometry sae.safetensors --tensor W_dec --firings firings.h5
        locus geometry vectors.json --relations questions-words.txt

      The features of a sparse autoencoder of a model: runs the model over texts, counts on which blocks of 256 tokens each \
      feature is above 1, and takes the decoder's rows as points. Incomplete blocks are left out. The autoencoder is a \
      safetensors file with tensors such as W_enc, W_dec, b_enc, b_dec and threshold.

        mpirun -n 8 locus geometry --model MODEL --sae sae.safetensors --layer 3 --hook res_post --text TEXTS

      A firing record is an HDF5 file with the datasets offsets, int64 [points + 1], and documents, int32: point i fires on \
      documents[offsets[i]] up to, but not, documents[offsets[i + 1]], which ascend; the file's attribute document_count says \
      how many documents there are. The datasets document_names and document_groups, texts, are optional.

      Zero vectors, points that are not finite and points that never fire are left out and counted. Prints the headline and \
      writes /geometry into an analysis file, in which what locus analyze found of the same screen stays. Any number of ranks \
      gives the same numbers.
      """)

  @Argument(help: "A results file, a safetensors file, an HDF5 file or a JSON file of word vectors.")
  var cloud: String?

  @OptionGroup(title: "Points of a file") var rows: RowOptions
  @OptionGroup(title: "Features of a sparse autoencoder") var features: FeatureOptions

  @Option(name: .shortAndLong, help: "The analysis file to write; by default NAME.analysis.h5 beside the cloud's file.")
  var output: String?

  @Option(help: "Keys everything that is drawn.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      What the mutants of a results file are points by: response, what later blocks answered; direction, the whole shift of the \
      residual stream. By default response where the file has it.
      """))
  var point: MutantPoint?

  @Option(help: "Lobes to find; by default as many as the eigenvalues' largest gap tells.")
  var clusters: Int?

  @Option(
    help: ArgumentHelp(
      """
      A measure of how alike points fire, for functional lobes: \(FiringMeasure.spellings); may be given several times; by \
      default all.
      """, valueName: "measure"))
  var affinity: [FiringMeasure] = []

  @Option(
    help: """
      How lobes are found: exact, by affinities of all pairs; neighbours, by a graph of nearest neighbours; landmarks, by \
      affinities to 500 points. By default exact up to \(Lobes.denseLimit.grouped) points, neighbours up to \
      \(Lobes.neighbourLimit.grouped), landmarks beyond.
      """)
  var method: Lobes.Method?

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
    // Ranks may be bound to different numbers of cores, and bits of its products depend on its threads.
    BLAS.useThreads(1)
    try Failure.withSession { world in
      let logger = common.makeLogger()
      let path = cloud ?? features.sae ?? ""
      let writer = try Failure.checkingInput {
        try world.agree {
          try UnfinishedScreen.check(path)
          return try AnalysisWriter(path: output ?? AnalysisFile.path(besides: path))
        }
      }
      var meter = CountMeter(isShown: world.rank == 0 && !common.quiet)
      let source = try Failure.checkingInput {
        features.isUsed
          ? try GeometrySource.count(features, threads: threads, world: world, logger: logger, meter: &meter)
          : try world.agree { try GeometrySource.read(path, as: rows, point: point) }
      }
      meter.end()
      if world.rank == 0 { for warning in source.warnings { logger.warning("\(warning)") } }
      let findings = try Failure.checkingAlike(world) {
        try GeometryFindings(
          source.cloud, mutations: source.mutations, point: source.point, hiddenSize: source.hiddenSize,
          choices: choices, sharing: RowSharing(world, threads: threads)
        ) { phase in if world.rank == 0 { logger.notice("\(phase)") } }
      }
      if world.rank == 0 { for problem in findings.problems { logger.warning("\(problem)") } }
      try Failure.onFirstRank(of: world) {
        let kept = try writer.write(findings.groups, to: .geometry, provenance: provenance(source))
        for section in kept { logger.info("kept /\(section.rawValue) of \(writer.path)") }
        try Console.result(GeometryHeadline(findings).text + "\n\n\(writer.path)")
      }
    }
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
  /// As people write it: `simple-matching`.
  var spelling: String { self == .simpleMatching ? "simple-matching" : rawValue }

  static var spellings: String { allCases.map(\.spelling).joined(separator: ", ") }

  public init?(argument: String) {
    guard let measure = FiringMeasure.allCases.first(where: { $0.spelling == argument }) else { return nil }
    self = measure
  }
}
