/// Names under which an autoencoder's tensors are published, and whether those of matrices hold `[features, width]`;
/// shapes go before.
enum AutoencoderNames {
  static let encoder = [
    ("W_enc", false), ("w_enc", false), ("encoder_weights", false), ("encoder.weight", true), ("encoder.W", false),
    ("enc.weight", true), ("W_E", false), ("W_gate", false), ("encoder_linear.weight", true),
  ]
  static let decoder = [
    ("W_dec", true), ("w_dec", true), ("decoder_weights", true), ("decoder.weight", false), ("decoder.W", true),
    ("dec.weight", false), ("W_D", true), ("decoder_linear.weight", false),
  ]
  static let encoderBias = [
    "b_enc", "encoder_bias", "encoder.bias", "latent_bias", "enc.bias", "b_E", "encoder_linear.bias",
  ]
  static let inputBias = ["pre_bias", "b_pre", "pre_encoder_bias"]
  static let decoderBias = [
    "b_dec", "decoder_bias", "decoder.bias", "dec.bias", "bias", "b_D", "decoder_linear.bias",
  ]
  /// Names of JumpReLU's thresholds; a name with `log_` in it stands for their logarithms.
  static let threshold = [
    "threshold", "thresholds", "log_threshold", "jumprelu.threshold", "topk_threshold", "log_jumprelu_threshold",
    "activation_function.log_jumprelu_threshold",
  ]
  static let gateBias = ["b_gate", "gate_bias"]
  static let magnitudeBias = ["b_mag", "mag_bias"]
  static let magnitudeScale = ["r_mag"]

  /// Tensors that change nothing in which features fire: counts of a training, what is added to the output, and factors
  /// of features behind their activation.
  static let idle: Set<String> = [
    "W_skip", "affine_skip_connection", "stats_last_nonzero", "latents_activation_frequency", "latents_mean_square",
    "k",
    "group_sizes", "scaling_factor", "finetuning_scaling_factor",
  ]
}
