import Basics
import Clouds
import Geometry
import Hosts
import Logging
import MessagePassing
import Studies

extension GeometrySource {
  /// Reads what a study of features needs and says what it is. Collective.
  static func sources(
    _ options: FeatureOptions, threads: Int, world: Communicator, logger: Logger
  ) throws -> FeatureSources {
    let request = try world.agree {
      if let path = options.keepFirings, world.rank == 0 { try FiringFile.checkWritable(path) }
      return try options.request()
    }
    let sources = try FeatureSources(request, threads: threads, communicator: world)
    guard world.rank == 0 else { return sources }
    let autoencoder = sources.autoencoder
    for notice in autoencoder.notices { logger.warning("\(notice)") }
    logger.notice(
      """
      \(autoencoder.featureCount.grouped) features of a \(autoencoder.activation.name) autoencoder at \
      \(sources.settings.site.rawValue) of layer \(sources.settings.layer)\
      \(sources.file.settingsName.map { ", as \($0) says" } ?? ""); \
      activations \(autoencoder.normalization.words), \(autoencoder.shift == nil ? "nothing" : "a bias") subtracted \
      before encoding; \
      \(sources.corpus.tokenCount.grouped) tokens of \(sources.textCount.grouped) texts
      """)
    return sources
  }

  /// The features of an autoencoder as points that fire where a study has found; the firings are written where that was
  /// asked for. Collective.
  static func features(
    _ options: FeatureOptions, of sources: FeatureSources, firings: FeatureFirings, world: Communicator, logger: Logger
  ) throws -> GeometrySource {
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
      let path = options.sae ?? ""
      return GeometrySource(
        path: path,
        cloud: try FeatureCloud(
          path: path, autoencoder: sources.autoencoder, record: firings.record, documents: firings.documents
        ).cloud)
    }
  }
}
