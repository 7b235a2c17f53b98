import Transformer

/// The site at which a sparse autoencoder sees activations, how texts are cut, and what counts as a firing.
public struct FeatureSettings: Sendable {
  /// The place in the layer that the autoencoder reads.
  public var site: Site
  /// The layer that the autoencoder reads, counted from 0.
  public var layer: Int
  /// An activation above it is a firing.
  public var threshold: Float = 1
  /// The number of tokens of a block, which is a document.
  public var blockTokens = 256
  /// Tokens that the model sees together, the one that begins a text included.
  public var contextTokens: Int

  /// Settings with blocks of 256 tokens and firings above 1.
  public init(site: Site, layer: Int, contextTokens: Int) {
    self.site = site
    self.layer = layer
    self.contextTokens = contextTokens
  }
}
