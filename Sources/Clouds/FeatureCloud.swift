import Geometry

/// The features of a sparse autoencoder as points: their directions, and the blocks of text that they fire on.
public struct FeatureCloud: Sendable {
  /// A point for each feature: its decoder direction, and the blocks on which it fires.
  public let cloud: Cloud

  /// Joins an autoencoder, read from `path`, with the firings that were counted for it. Throws where fewer points are
  /// left than an analysis needs.
  public init(
    path: String, autoencoder: SparseAutoencoder, record: FiringRecord, documents: Cloud.Documents
  ) throws {
    var builder = CloudBuilder(
      path: path, dimension: autoencoder.width, documentCount: record.documentCount)
    autoencoder.decoder.values.withUnsafeBufferPointer { builder.add($0, firings: record) }
    cloud = try builder.cloud(documents: documents)
  }
}
