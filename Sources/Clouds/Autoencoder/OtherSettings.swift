import Basics
import StrictJSON

extension AutoencoderSettings {
  /// The `config.json` of Gemma Scope 2: JumpReLU without anything taken off.
  static func gemmaScope(_ settings: SettingsObject) throws -> AutoencoderSettings {
    guard try settings.text("architecture") == "jump_relu" else {
      throw settings.refusal("architecture", "jump_relu is read; use an autoencoder of it")
    }
    var result = AutoencoderSettings(file: settings.file, library: "Gemma Scope", kind: .thresholds)
    result.subtractsDecoderBias = false
    if let name = try settings.text("hf_hook_point_in") {
      guard let place = ReadPlace(named: name) else {
        throw settings.refusal(
          "hf_hook_point_in", "nothing is seen there; autoencoders of the residual stream are read")
      }
      result.place = Place(place: place, says: "\(settings.file) says hf_hook_point_in \(name.quoted)")
    }
    return result
  }

  /// What OpenAI's sparse_autoencoder keeps among its weights, `activation` and `activation_state_dict`, in the
  /// metadata of a safetensors file: autoencoders of top-k standardize their input. nil: it is of another library.
  static func openAI(_ weights: any ArrayFile) throws -> AutoencoderSettings? {
    guard let activation = weights.metadata["activation"], weights.contains("latent_bias") else { return nil }
    func refusal(_ reason: String) -> CloudsError {
      CloudsError(
        "cannot use the sparse autoencoder \(weights.path): its metadata sets activation to \(activation.quoted), and "
          + reason)
    }
    var kind = Kind.relu
    switch activation {
    case "ReLU": break
    case "TopK":
      guard var text = weights.metadata["activation_state_dict"],
        let state = text.withUTF8({ try? JSONReader.read(UnsafeRawBufferPointer($0), valueLimit: 64) }),
        let count = state["k"]?.integer
      else { throw refusal("activation_state_dict has no k; convert the file again") }
      kind = .topK(count)
    default: throw refusal("ReLU and TopK are read; use an autoencoder of one of these")
    }
    var result = AutoencoderSettings(file: "its metadata", library: "sparse_autoencoder", kind: kind)
    result.kindSetting = "activation"
    if kind != .relu { result.normalization = .standardized }
    return result
  }
}
