extension AutoencoderSettings {
  /// The `config.json` of dictionary_learning, whose `trainer.dict_class` names one of its dictionaries.
  static func dictionaryLearning(_ trainer: SettingsObject, weights: any ArrayFile) throws -> AutoencoderSettings {
    let name = try trainer.text("dict_class")
    var (kind, subtracts, norms) = (Kind.relu, true, DirectionNorms.ignored)
    switch name {
    case "AutoEncoder":
      // Its decoder is brought to norm 1 when it is loaded, and its encoder multiplied by the norms.
      norms = .scaleSums
    case "AutoEncoderNew": subtracts = false
    case "GatedAutoEncoder": kind = .gated
    case "JumpReluAutoEncoder": (kind, subtracts) = (.thresholds, false)
    case "BatchTopKSAE", "MatryoshkaBatchTopKSAE": kind = .thresholds
    case "AutoEncoderTopK":
      kind = .topK(try trainer.integer("k") ?? 0)
    default:
      throw trainer.refusal(
        "dict_class",
        "AutoEncoder, AutoEncoderNew, GatedAutoEncoder, JumpReluAutoEncoder, AutoEncoderTopK, BatchTopKSAE and "
          + "MatryoshkaBatchTopKSAE are read; use one of these")
    }
    var result = AutoencoderSettings(file: trainer.file, library: "dictionary_learning", kind: kind)
    (result.kindSetting, result.biasSetting) = ("dict_class", "dict_class")
    (result.subtractsDecoderBias, result.directionNorms) = (subtracts, norms)
    result.width = try trainer.integer("activation_dim")
    result.featureCount = try trainer.integer("dict_size")
    result.place = try place(trainer)
    return result
  }

  private static func place(_ trainer: SettingsObject) throws -> Place? {
    guard let layer = try trainer.integer("layer") else { return nil }
    if let module = try trainer.text("submodule_name"), !module.hasPrefix("resid_post") {
      throw trainer.refusal("submodule_name", "nothing is seen there; autoencoders of resid_post are read")
    }
    return Place(place: ReadPlace(hook: .residualAfter, layer: layer), says: "\(trainer.file) says layer \(layer)")
  }
}
