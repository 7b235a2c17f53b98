import Basics
import Foundation
import Inputs
import StrictJSON

extension AutoencoderSettings {
  /// The `cfg.json` of SAELens, of versions 0 to 6: what its `process_sae_in` and the `encode` of each architecture do.
  ///
  /// Throws at everything that changes what the encoder gives and is not done here.
  static func saeLens(_ settings: SettingsObject, weights: any ArrayFile, folder: String) throws -> AutoencoderSettings
  {
    let library = SAELensSettings(settings: settings, weights: weights, folder: folder)
    let (kind, kindSetting) = try library.kind()
    let isTranscoder = try library.architecture().contains("transcoder")
    var result = AutoencoderSettings(file: settings.file, library: "SAELens", kind: kind)
    result.kindSetting = kindSetting
    result.subtractsDecoderBias = try !isTranscoder && settings.flag("apply_b_dec_to_input") ?? true
    result.normalization = try library.normalization()
    if try settings.flag("rescale_acts_by_decoder_norm") == true, kind != .relu, kind != .gated {
      result.directionNorms = .scaleSums
    }
    result.place = try library.place()
    result.width = try settings.integer("d_in")
    result.featureCount = try settings.integer("d_sae")
    if try library.stored("prepend_bos").flag("prepend_bos") == false {
      result.notices.append(
        "\(settings.file) sets prepend_bos to false: the autoencoder was trained on texts without a token that begins "
          + "them, and here the model sees the one that its tokenizer puts before every text")
    }
    return result
  }
}

/// The settings of SAELens one by one.
private struct SAELensSettings {
  let settings: SettingsObject
  let weights: any ArrayFile
  /// The folder that holds the file.
  let folder: String

  /// Since version 6 some stand in an object of their own.
  func stored(_ name: String) -> SettingsObject {
    guard !settings.has(name), let metadata = settings.object("metadata"), metadata.has(name) else { return settings }
    return metadata
  }

  func architecture() throws -> String { try settings.text("architecture") ?? "standard" }

  // MARK: Activation

  /// What the encoder does, and the setting that says so.
  func kind() throws -> (AutoencoderSettings.Kind, String) {
    let architecture = try architecture()
    let activation = try activation()
    if activation == "topk" {
      guard ["standard", "topk"].contains(architecture) else {
        throw settings.refusal("architecture", "an activation_fn of topk beside it is not understood; save it again")
      }
      return (.topK(try count()), "activation_fn")
    }
    switch architecture {
    case "standard", "transcoder", "skip_transcoder": return (.relu, "architecture")
    case "topk": return (.topK(try count()), "architecture")
    case "abstopk": return (.absoluteTopK(try count()), "architecture")
    case "gated": return (.gated, "architecture")
    case "jumprelu", "jumprelu_transcoder", "jumprelu_skip_transcoder": return (.thresholds, "architecture")
    case "batchtopk", "matryoshka_batchtopk":
      // What was trained so is saved as JumpReLU; a checkpoint of the training has one threshold.
      guard AutoencoderNames.threshold.contains(where: weights.contains) else {
        throw settings.refusal(
          "architecture",
          "without a threshold among the weights a feature depends on the other tokens of a batch; save it with "
            + "SAELens for inference, which makes it jumprelu")
      }
      return (.thresholds, "architecture")
    default:
      throw settings.refusal(
        "architecture",
        "standard, gated, jumprelu, topk, abstopk and their transcoders are read; use an autoencoder of one of these")
    }
  }

  private func activation() throws -> String {
    let name = settings.has("activation_fn_str") ? "activation_fn_str" : "activation_fn"
    let activation = try settings.text(name) ?? "relu"
    guard ["relu", "topk"].contains(activation) else {
      throw settings.refusal(name, "relu and topk are read; use an autoencoder of one of these")
    }
    return activation
  }

  private func count() throws -> Int {
    let holder = settings.has("k") ? settings : settings.object("activation_fn_kwargs") ?? settings
    return try holder.integer("k") ?? 0
  }

  // MARK: Input

  func normalization() throws -> InputNormalization {
    // Until version 2 it was true or false.
    if case .some(let flag) = try? settings.flag("normalize_activations") {
      return flag ? try averageFactor() : .none
    }
    switch try settings.text("normalize_activations") {
    case nil, "none": return .none
    case "constant_norm_rescale": return .constantNorm
    case "layer_norm": return .standardized
    case "expected_average_only_in": return try averageFactor()
    default:
      throw settings.refusal(
        "normalize_activations",
        "none, expected_average_only_in, constant_norm_rescale and layer_norm are read; fold it into the weights with "
          + "SAELens and save them again")
    }
  }

  /// The factor by which a training multiplied activations; while it is not folded into the weights it stands in a file
  /// of its own.
  private func averageFactor() throws -> InputNormalization {
    let name = "activation_scaler.json"
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path) else {
      throw settings.refusal(
        "normalize_activations",
        "neither the weights nor \(name) beside them say by which factor; fold it in with SAELens' "
          + "fold_activation_norm_scaling_factor and save the weights again")
    }
    let scaler = SettingsObject(try TextOfFile.readJSON(path), file: name, autoencoder: settings.autoencoder)
    guard try scaler.flag("has_whitening") != true else {
      throw scaler.refusal("has_whitening", "whitening is not done; fold it into the weights with SAELens")
    }
    guard let factor = try scaler.number("scaling_factor"), factor > 0, Float(factor).isFinite else {
      throw scaler.refusal("scaling_factor", "a number above 0 is needed; save the checkpoint again")
    }
    return .factor(Float(factor))
  }

  // MARK: Place

  func place() throws -> AutoencoderSettings.Place? {
    for name in ["hook_head_index", "hook_point_head_index"] where stored(name).has(name) {
      throw stored(name).refusal(
        name, "an autoencoder of one attention head is not read; use one of all heads' outputs together")
    }
    let name = ["hook_name", "hook_point"].first { stored($0).has($0) }
    guard let name, var spelled = try stored(name).text(name) else { return nil }
    let holder = stored(name)
    let layerName = ["hook_layer", "hook_point_layer"].first(where: settings.has) ?? ""
    if let layer = try settings.integer(layerName) { spelled = spelled.replacing("{layer}", with: "\(layer)") }
    guard let place = ReadPlace(named: spelled) else {
      throw holder.refusal(
        name, "nothing is seen there; autoencoders of the residual stream, of hook_z and of mlp.hook_post are read")
    }
    let reshaping = try settings.text("reshape_activations") ?? "none"
    guard reshaping == "none" || reshaping == "hook_z" && place.hook == .attentionOutput else {
      throw settings.refusal("reshape_activations", "at \(spelled.quoted) only none is understood; save it again")
    }
    return AutoencoderSettings.Place(place: place, says: "\(settings.file) says \(name) \(spelled.quoted)")
  }
}
