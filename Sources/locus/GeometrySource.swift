import Archive
import Clouds
import Geometry
import Logging
import MessagePassing
import Mutagenesis
import Tokenizers
import Transformer
import Weights

/// A cloud that was asked for, and where it comes from.
struct GeometrySource {
  /// The file that the analysis is named after.
  let path: String
  let cloud: Cloud
  /// Of each point, if they are mutants.
  var mutations: [Mutation] = []
  /// What mutants are points by; nil for other clouds.
  var point: MutantPoint?
  /// Components of the model's residual stream, if known.
  var hiddenSize: Int?
  /// Whether they would be points by something else, had the file recorded it.
  var lacksResponse = false
  /// Of the screen; empty for other clouds.
  var planSHA256 = ""

  // MARK: Files

  /// The points of a file, of the kind that its first bytes tell.
  static func read(_ path: String, as rows: RowOptions, point: MutantPoint? = nil) throws -> GeometrySource {
    let source = PointSource(path: path, labels: rows.labels, firings: rows.firings, relations: rows.relations)
    let kind = try FileKind(path)
    guard point == nil || (kind == .results && rows.dataset == nil) else {
      throw SourceError(
        "cannot take another point of \(path): --point is for the mutants of a results file; leave it out")
    }
    switch kind {
    case .results where rows.dataset == nil:
      guard !rows.isUsed else {
        throw SourceError(
          "cannot read \(path) by rows: it is a results file, whose points are its mutants; give it no other option than "
            + "--dataset")
      }
      let file = try ResultsFile(path: path)
      let screen = try ScreenCloud(file, point: point)
      let plan = file.summary.provenance.planSHA256
      try file.close()
      return GeometrySource(
        path: path, cloud: screen.cloud, mutations: screen.mutations, point: screen.point,
        hiddenSize: screen.hiddenSize, lacksResponse: point == nil && screen.point == .direction, planSHA256: plan)
    case .results, .hdf5:
      guard let dataset = rows.dataset else {
        throw SourceError(
          "cannot choose the points of \(path): it is an HDF5 file and no results file; name the dataset of the points "
            + "with --dataset")
      }
      return GeometrySource(path: path, cloud: try DatasetCloud(source, dataset: dataset).cloud)
    case .words: return GeometrySource(path: path, cloud: try WordVectorCloud(source).cloud)
    case .tensors:
      let cloud = try TensorCloud(source, tensor: rows.tensor, transposing: rows.columns).cloud
      return GeometrySource(path: path, cloud: cloud)
    }
  }

  private enum FileKind {
    case results, hdf5, words, tensors

    init(_ path: String) throws {
      let file = try MappedFile(path: path)
      let (isHDF5, isObject) = withExtendedLifetime(file) {
        // A safetensors file begins with the length of its header.
        (
          file.bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
          file.bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
        )
      }
      self = isHDF5 ? (ResultsFile.isResults(path) ? .results : .hdf5) : isObject ? .words : .tensors
    }
  }

  // MARK: Features

  /// The features of an autoencoder and the blocks of text that they fire on. Collective.
  static func count(
    _ options: FeatureOptions, threads: Int, world: Communicator, logger: Logger, keeper: any PieceKeeper
  ) throws -> GeometrySource {
    guard let modelPath = options.model, let path = options.sae, let text = options.text, let layer = options.layer
    else {
      throw SourceError("cannot count firings: --model, --sae, --layer and --text belong together; give all four")
    }
    let (model, tokenizer, autoencoder, files) = try world.agree {
      if let path = options.keepFirings, world.rank == 0 { try FiringFile.checkWritable(path) }
      let model = try Model.load(path: modelPath)
      let configuration = model.configuration
      guard layer < configuration.layerCount else {
        throw SourceError(
          "cannot see layer \(layer) of \(modelPath): the model has \(configuration.layerCount) layers; give a --layer from 0 to "
            + "\(configuration.layerCount - 1)")
      }
      if let context = options.context, context > configuration.contextLength {
        throw SourceError(
          "cannot use windows of \(context) tokens: the context of \(modelPath) is \(configuration.contextLength); set "
            + "--context lower")
      }
      let autoencoder = try SparseAutoencoder.read(
        path, width: options.hook.width(configuration), hook: options.hook.rawValue,
        as: .init(topK: options.topK, subtractsDecoderBias: options.subtractDecoderBias), threads: threads)
      return (
        model, try TokenizerFile.load(options.tokenizer ?? modelPath), autoencoder, try TextCorpus.files(at: text)
      )
    }
    let configuration = model.configuration
    let corpus = try TextCorpus(
      files: files, tokenizer: tokenizer, vocabularyCount: configuration.vocabularyCount, communicator: world)
    let context = options.context ?? min(configuration.contextLength, 2048)
    var settings = FeatureFirings.Settings(hook: options.hook, layer: layer, contextTokens: context)
    settings.threshold = options.threshold
    settings.blockTokens = options.block
    if world.rank == 0 {
      logger.notice(
        """
        \(autoencoder.featureCount.grouped) features of a \(autoencoder.activation.name) autoencoder at \
        \(options.hook.rawValue) of layer \(layer), \(autoencoder.shift == nil ? "nothing" : "a bias") taken off before \
        encoding; \(corpus.tokenCount.grouped) tokens of \(files.count.grouped) texts
        """)
    }
    let decoder = Decoder(model: model, positionCount: context, threads: threads, quantizingHead: false)
    let firings = try FeatureFirings(
      corpus: corpus, decoder: decoder, autoencoder: autoencoder, settings: settings, communicator: world,
      keeper: keeper)
    if world.rank == 0, firings.incompleteBlocks > 0 {
      logger.warning(
        """
        \(firings.incompleteBlocks.grouped) incomplete blocks at the ends of texts are left out, \
        \(firings.droppedTokens.grouped) tokens
        """)
    }
    return try world.agree {
      if let path = options.keepFirings, world.rank == 0 {
        try FiringFile(record: firings.record, documents: firings.documents).write(path)
      }
      return GeometrySource(
        path: path, cloud: try FeatureCloud(path: path, autoencoder: autoencoder, firings: firings).cloud)
    }
  }

  // MARK: Warnings

  /// What was left out of the cloud, a sentence each.
  var warnings: [String] {
    let losses = cloud.losses
    let points = "of \(losses.pointCount.grouped) points"
    let lack =
      "the file records no responses, so that mutants are points by their whole direction, their own shift with it; screen "
      + "again to have what later blocks answered"
    return (lacksResponse ? [lack] : [])
      + [
        (losses.zero, "\(points) are zero vectors and are left out"),
        (losses.notFinite, "\(points) have components that are not finite and are left out"),
        (losses.neverFiring, "\(points) fire on no document and are left out"),
        (losses.duplicates, "points equal an earlier one and stay"),
        (losses.missingPairs, "pairs of relations have no point for one of their words and are left out"),
      ].filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
  }
}

/// Options that do not fit the files that they are of.
struct SourceError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
