import Transformer

/// How an autoencoder's encoder works, as a file of its library beside the weights says.
struct AutoencoderSettings {
  /// What the encoder does with sums; thresholds and gates themselves are among the weights.
  enum Kind: Equatable {
    case relu, thresholds, gated
    /// Only the largest activations of a token count, this many; 0 where the file does not say.
    case topK(Int)
    case absoluteTopK(Int)
    case groupMaximum(Int)
    /// One for all features.
    case threshold(Float)
  }

  /// Where the Euclidean norms of the features' directions enter.
  enum DirectionNorms {
    case ignored
    /// Sums are multiplied by them.
    case scaleSums
    /// Sums are multiplied by them to find those that stay, which then stay as they were.
    case scaleRanks
  }

  /// The place of activations, and how the file calls it.
  struct Place {
    let place: ReadPlace
    /// A clause such as `cfg.json says hook_name 'blocks.3.hook_resid_post'`.
    let says: String
  }

  /// The name of the file for messages.
  let file: String
  let library: String
  let kind: Kind
  /// The name of the setting that `kind` was read from, for messages.
  var kindSetting = "architecture"
  /// nil: the file does not say.
  var subtractsDecoderBias: Bool?
  /// The name of the setting that `subtractsDecoderBias` was read from, for messages.
  var biasSetting = "apply_b_dec_to_input"
  var normalization = InputNormalization.none
  var directionNorms = DirectionNorms.ignored
  var place: Place?
  /// Numbers of an activation.
  var width: Int?
  var featureCount: Int?
  /// What a person may want to know, a sentence each.
  var notices: [String] = []
}
