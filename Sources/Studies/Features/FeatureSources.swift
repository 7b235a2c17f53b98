import Clouds
import Hosts
import Inputs
import MessagePassing
import Tokenizers
import Transformer

/// What a person names for a study of features: files, and how they are to be read.
public struct FeatureRequest: Sendable {
  /// The model's folder or file.
  public var model: String
  /// The autoencoder's folder or file.
  public var autoencoder: String
  /// The file or folder of the texts.
  public var texts: String
  /// The tokenizer; nil: the model's own.
  public var tokenizer: String?
  /// The site that the autoencoder reads; nil: as its settings say.
  public var site: Site?
  /// The layer that it reads; nil: as its settings say.
  public var layer: Int?
  /// The k of a top-k autoencoder; nil: as its settings say.
  public var topK: Int?
  /// Whether the decoder's bias is subtracted before encoding; nil: as its settings say.
  public var subtractsDecoderBias: Bool?
  /// An activation above it is a firing.
  public var threshold: Float = 1
  /// The number of tokens of a block, which is a document.
  public var blockTokens = 256
  /// Tokens that the model sees together; nil: its context, 2,048 at most.
  public var contextTokens: Int?

  /// A request that leaves the rest to the settings of the autoencoder.
  public init(model: String, autoencoder: String, texts: String) {
    self.model = model
    self.autoencoder = autoencoder
    self.texts = texts
  }
}

/// Everything that a study of features reads before it starts.
public struct FeatureSources {
  /// The autoencoder.
  public let autoencoder: SparseAutoencoder
  /// The file that it was read from.
  public let file: AutoencoderFile
  /// The texts as tokens.
  public let corpus: TextCorpus
  /// The number of files of text.
  public let textCount: Int
  /// The site and layer that are read, how texts are cut, and what counts as a firing.
  public let settings: FeatureSettings
  private let model: Model

  /// Reads what was asked for; `threads` share the products of each rank. Collective: all throw the same.
  public init(_ request: FeatureRequest, threads: Int, communicator: Communicator) throws {
    let (model, tokenizer, file, autoencoder, settings, files) = try communicator.agree {
      let file = try AutoencoderFile(path: request.autoencoder)
      let place = try file.place(hook: request.site, layer: request.layer)
      let model = try Model.load(path: request.model)
      try model.shape.checkReadsTexts(request.model, "features are those of texts")
      let settings = try FeatureSources.settings(request, at: place.hook, place.layer, of: model)
      let autoencoder = try SparseAutoencoder.read(
        file, width: try model.shape.width(at: place.hook, layer: place.layer), hook: place.hook.rawValue,
        as: .init(topK: request.topK, subtractsDecoderBias: request.subtractsDecoderBias), threads: threads)
      let tokenizer =
        try request.tokenizer.map { try TokenizerFile.load($0) }
        ?? TokenizerFile.load(ofModel: request.model, remedy: "name one with --tokenizer FILE")
      return (model, tokenizer, file, autoencoder, settings, try TextCorpus.files(at: request.texts))
    }
    self.model = model
    self.file = file
    self.autoencoder = autoencoder
    self.settings = settings
    textCount = files.count
    corpus = try TextCorpus(
      files: files, tokenizer: tokenizer, vocabularyCount: model.shape.vocabularyCount,
      communicator: communicator)
  }

  private static func settings(
    _ request: FeatureRequest, at site: Site, _ layer: Int, of model: Model
  ) throws -> FeatureSettings {
    let shape = model.shape
    guard layer < shape.layerCount else {
      throw StudiesError(
        "cannot see layer \(layer) of \(request.model): the model has \(shape.layerCount) layers; give a "
          + "--layer from 0 to \(shape.layerCount - 1)")
    }
    if let context = request.contextTokens, context > shape.contextLength {
      throw StudiesError(
        "cannot use windows of \(context) tokens: the context of \(request.model) is \(shape.contextLength); "
          + "set --context lower")
    }
    var settings = FeatureSettings(
      site: site, layer: layer, contextTokens: request.contextTokens ?? min(shape.contextLength, 2048))
    settings.threshold = request.threshold
    settings.blockTokens = request.blockTokens
    return settings
  }

  /// The study of what was read, on a pass of its own whose products `threads` share.
  public func study(threads: Int) throws -> FeatureStudy {
    let pass = ForwardPass(
      model: model, positionCount: settings.contextTokens, threads: threads, quantizingHead: false)
    return try FeatureStudy(corpus: corpus, pass: pass, autoencoder: autoencoder, settings: settings)
  }
}
