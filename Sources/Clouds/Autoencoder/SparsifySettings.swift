import Basics

extension AutoencoderSettings {
  /// The `cfg.json` of EleutherAI's sparsify, formerly sae: the `encode` of its `SparseCoder`.
  static func sparsify(_ settings: SettingsObject, folderName: String) throws -> AutoencoderSettings {
    for name in ["monet", "encoder_halut", "encoder_pkm", "encoder_kron", "encoder_monarch"]
    where try settings.flag(name) == true {
      throw settings.refusal(name, "encoders of one full matrix are read; use an autoencoder of one")
    }
    let count = try settings.integer("k") ?? 0
    let kind: Kind
    switch try settings.text("activation") ?? "topk" {
    case "topk": kind = try settings.flag("signed") == true ? .absoluteTopK(count) : .topK(count)
    case "groupmax": kind = .groupMaximum(count)
    default: throw settings.refusal("activation", "topk and groupmax are read; use an autoencoder of one of these")
    }
    var result = AutoencoderSettings(file: settings.file, library: "sparsify", kind: kind)
    result.kindSetting = "activation"
    result.biasSetting = "transcode"
    result.subtractsDecoderBias = try settings.flag("transcode") != true
    result.width = try settings.integer("d_in")
    let latents = try settings.integer("num_latents") ?? 0
    let expansion = try settings.integer("expansion_factor") ?? 0
    result.featureCount =
      latents > 0
      ? latents : expansion > 0 ? result.width?.multipliedReportingOverflow(by: expansion).partialValue : nil
    result.place = try place(folderName, settings)
    return result
  }

  /// The library calls the folder by the module whose output is read: `layers.3` is a block.
  private static func place(_ folderName: String, _ settings: SettingsObject) throws -> Place? {
    let parts = folderName.split(whereSeparator: { $0 == "." || $0 == "_" }).map(String.init)
    guard parts.count >= 2, parts[0] == "layers", let layer = Int(parts[1]) else { return nil }
    guard parts.count == 2 else {
      throw settings.unfit(
        "is of the module \(folderName.quoted), as its folder is called, and nothing is seen there; use an autoencoder "
          + "of a whole layer")
    }
    return Place(
      place: ReadPlace(hook: .residualAfter, layer: layer), says: "its folder is called \(folderName.quoted)")
  }
}
