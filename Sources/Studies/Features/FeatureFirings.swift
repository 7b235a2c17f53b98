import Geometry

/// The blocks of text that the features of a sparse autoencoder fire on.
public struct FeatureFirings: Sendable {
  /// Features by documents, which are blocks of consecutive tokens of one text.
  public let record: FiringRecord
  /// The names of the blocks, each its text's and its number there; texts are the groups.
  public let documents: Cloud.Documents
  /// The number of tokens at the ends of texts that fill no block, and are left out.
  public let droppedTokens: Int
  /// The number of texts that end with such tokens.
  public let incompleteBlocks: Int
}
