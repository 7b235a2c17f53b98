import Basics

extension AutoencoderSettings {
  /// The `hyperparams.json` or `config.json` of OpenMOSS' Language-Model-SAEs, with which Llama Scope is published: the
  /// `encode` and `compute_norm_factor` of its `SparseAutoEncoder`.
  static func languageModelSAEs(_ settings: SettingsObject, weights: any ArrayFile) throws -> AutoencoderSettings {
    if let type = try settings.text("sae_type"), type != "sae" {
      throw settings.refusal("sae_type", "sae is read; use such an autoencoder")
    }
    if try settings.flag("use_glu_encoder") == true {
      throw settings.refusal("use_glu_encoder", "encoders of one matrix are read; use such an autoencoder")
    }
    var result = AutoencoderSettings(
      file: settings.file, library: "Language-Model-SAEs", kind: try activation(settings, weights))
    result.kindSetting = "act_fn"
    result.biasSetting = "apply_decoder_bias_to_pre_encoder"
    result.subtractsDecoderBias =
      try settings.flag("use_decoder_bias") != false && settings.flag("apply_decoder_bias_to_pre_encoder") == true
    if try settings.flag("sparsity_include_decoder_norm") != false { result.directionNorms = .scaleRanks }
    let hook = try settings.text("hook_point_in")
    result.width = try settings.integer("d_model")
    result.featureCount = try settings.integer("d_sae")
    result.normalization = try normalization(settings, weights, hook: hook, width: result.width)
    if let hook {
      guard let place = ReadPlace(named: hook) else {
        throw settings.refusal("hook_point_in", "nothing is seen there; autoencoders of the residual stream are read")
      }
      result.place = Place(place: place, says: "\(settings.file) says hook_point_in \(hook.quoted)")
    }
    return result
  }

  private static func activation(_ settings: SettingsObject, _ weights: any ArrayFile) throws -> Kind {
    switch try settings.text("act_fn")?.lowercased() ?? "relu" {
    case "relu": return .relu
    case "topk": return .topK(try settings.integer("top_k") ?? 0)
    case "jumprelu":
      if AutoencoderNames.threshold.contains(where: weights.contains) { return .thresholds }
      guard let threshold = try settings.number("jump_relu_threshold"), Float(threshold).isFinite else {
        throw settings.refusal("act_fn", "jump_relu_threshold is missing; add it to the file")
      }
      return .threshold(Float(threshold))
    default:
      throw settings.refusal("act_fn", "relu, jumprelu and topk are read; use an autoencoder of one of these")
    }
  }

  private static func normalization(
    _ settings: SettingsObject, _ weights: any ArrayFile, hook: String?, width: Int?
  ) throws -> InputNormalization {
    switch try settings.text("norm_activation") ?? "inference" {
    case "inference", "none": return .none
    case "token-wise": return .constantNorm
    case "dataset-wise":
      // Among the weights in later versions.
      let name = "dataset_average_activation_norm"
      let norms = settings.object(name)
      let tensor = "\(name).\(hook ?? "")"
      let norm =
        try norms?.number("in") ?? norms?.number(hook ?? "in")
        ?? (weights.contains(tensor) ? weights.array(named: tensor).values.first.map(Double.init) : nil)
      guard let norm, let width, norm > 0, Float(Double(width).squareRoot() / norm).isFinite else {
        throw settings.refusal("norm_activation", "\(name) of the input is missing; add it to the file")
      }
      return .factor(Float(Double(width).squareRoot() / norm))
    default:
      throw settings.refusal(
        "norm_activation", "dataset-wise, token-wise and inference are read; use an autoencoder of one of these")
    }
  }
}
