import Geometry

/// The blocks of text that the features of a sparse autoencoder fire on.
public struct FeatureFirings: Sendable {
  /// Features by documents, which are blocks of consecutive tokens of one text.
  public let record: FiringRecord
  /// The names of the blocks, each its text's and its number there; texts are the groups.
  public let documents: Cloud.Documents
  /// Tokens at the ends of texts that fill no block.
  public let droppedTokens: Int
  /// Texts that end with such tokens.
  public let incompleteBlocks: Int
}
