import Geometry

/// The features of a sparse autoencoder as points: their directions, and the blocks of text that they fire on.
public struct FeatureCloud: Sendable {
  public let cloud: Cloud

  /// Of the file at `path`.
  public init(path: String, autoencoder: SparseAutoencoder, firings: FeatureFirings) throws {
    var builder = CloudBuilder(
      path: path, dimension: autoencoder.width, documentCount: firings.record.documentCount)
    autoencoder.decoder.values.withUnsafeBufferPointer { builder.add($0, firings: firings.record) }
    cloud = try builder.cloud(documents: firings.documents)
  }
}
