import Basics
import Clouds
import Geometry
import Inputs
import Logging
import MessagePassing
import Tokenizers
import Transformer

extension GeometrySource {
  /// The features of an autoencoder and the blocks of text that they fire on. Collective.
  static func count(
    _ options: FeatureOptions, threads: Int, world: Communicator, logger: Logger, keeper: any PieceKeeper
  ) throws -> GeometrySource {
    guard let modelPath = options.model, let path = options.sae, let text = options.text else {
      throw CommandError("cannot count firings: --model, --sae and --text belong together; give all three")
    }
    let (model, tokenizer, stored, autoencoder, place, files) = try world.agree {
      if let path = options.keepFirings, world.rank == 0 { try FiringFile.checkWritable(path) }
      let stored = try AutoencoderFile(path: path)
      let place = try stored.place(hook: options.hook, layer: options.layer)
      let model = try Model.load(path: modelPath)
      let configuration = model.configuration
      guard place.layer < configuration.layerCount else {
        throw CommandError(
          "cannot see layer \(place.layer) of \(modelPath): the model has \(configuration.layerCount) layers; give a "
            + "--layer from 0 to \(configuration.layerCount - 1)")
      }
      if let context = options.context, context > configuration.contextLength {
        throw CommandError(
          "cannot use windows of \(context) tokens: the context of \(modelPath) is \(configuration.contextLength); set "
            + "--context lower")
      }
      let autoencoder = try SparseAutoencoder.read(
        stored, width: place.hook.width(configuration), hook: place.hook.rawValue,
        as: .init(topK: options.topK, subtractsDecoderBias: options.subtractDecoderBias), threads: threads)
      let tokenizer =
        try options.tokenizer.map { try TokenizerFile.load($0) }
        ?? TokenizerFile.load(ofModel: modelPath, remedy: "name one with --tokenizer FILE")
      return (model, tokenizer, stored, autoencoder, place, try TextCorpus.files(at: text))
    }
    let configuration = model.configuration
    let corpus = try TextCorpus(
      files: files, tokenizer: tokenizer, vocabularyCount: configuration.vocabularyCount, communicator: world)
    let context = options.context ?? min(configuration.contextLength, 2048)
    var settings = FeatureFirings.Settings(hook: place.hook, layer: place.layer, contextTokens: context)
    settings.threshold = options.threshold
    settings.blockTokens = options.block
    if world.rank == 0 {
      for notice in autoencoder.notices { logger.warning("\(notice)") }
      logger.notice(
        """
        \(autoencoder.featureCount.grouped) features of a \(autoencoder.activation.name) autoencoder at \
        \(place.hook.rawValue) of layer \(place.layer)\(stored.settingsName.map { ", as \($0) tells" } ?? ""); \
        activations \(autoencoder.normalization.words), \(autoencoder.shift == nil ? "nothing" : "a bias") taken off \
        before encoding; \
        \(corpus.tokenCount.grouped) tokens of \(files.count.grouped) texts
        """)
    }
    let pass = ForwardPass(model: model, positionCount: context, threads: threads, quantizingHead: false)
    let firings = try FeatureFirings(
      corpus: corpus, pass: pass, autoencoder: autoencoder, settings: settings, communicator: world,
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
}
