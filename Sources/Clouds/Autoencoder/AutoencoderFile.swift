import Basics
import Foundation
import Inputs
import StrictJSON
import Transformer

/// The files of a sparse autoencoder: its weights, and the settings of the library that saved them.
public struct AutoencoderFile: Sendable {
  /// The file of the weights.
  public let path: String
  let weights: any ArrayFile
  /// nil: there is no such file, and only the weights say how the encoder works.
  let settings: AutoencoderSettings?

  /// The file of settings and its library, in words; nil: there is none.
  public var settingsName: String? { settings.map { "\($0.file) of \($0.library)" } }

  /// Files of settings, and what they are called where weights are in a folder of their own.
  private static let settingsNames = ["cfg.json", "hyperparams.json", "config.json"]
  /// Names under which libraries put weights into a folder, the likeliest first.
  private static let weightsNames = [
    "sae_weights.safetensors", "sae.safetensors", "params.safetensors", "params.npz", "ae.safetensors",
    "checkpoints/pruned.safetensors", "checkpoints/final.safetensors", "final.safetensors", "pruned.safetensors",
  ]

  /// Finds the files of the autoencoder that `path`, its weights or the folder that holds them, names; reads the
  /// settings and the header of the weights.
  public init(path: String) throws {
    self.path = try AutoencoderFile.weights(at: path)
    weights = try ArrayFiles.open(self.path, wanting: "tensors such as W_enc, W_dec, b_enc and b_dec")
    settings = try AutoencoderFile.settings(beside: self.path, weights)
  }

  /// The place that is read: the one that is asked for, as far as it is, and otherwise the one that the settings name.
  /// An error if they contradict each other, or if neither names the layer.
  public func place(hook: Site?, layer: Int?) throws -> ReadPlace {
    let known = settings?.place?.place
    guard let layer = layer ?? known?.layer else {
      throw CloudsError(
        "cannot use the sparse autoencoder \(path): no file of settings beside it says which layer it reads; give "
          + "--layer"
      )
    }
    let place = ReadPlace(hook: hook ?? known?.hook ?? .residualAfter, layer: layer)
    if let stored = settings?.place, !place.isSame(as: stored.place) {
      throw CloudsError(
        "cannot use the sparse autoencoder \(path) at \(place.words): \(stored.says), which is "
          + "\(stored.place.words); leave --hook and --layer out, or name another autoencoder")
    }
    return place
  }

  // MARK: Finding

  private static func weights(at path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return path }
    let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let known = weightsNames.map { folder + "/" + $0 }
    if let found = known.first(where: { FileManager.default.fileExists(atPath: $0) }) { return found }
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    for ending in [".safetensors", ".npz", ".pt", ".pth"] {
      let found = files.filter { $0.hasSuffix(ending) && $0 != "sparsity.safetensors" }
      if let only = found.first, found.count == 1 { return folder + "/" + only }
    }
    throw CloudsError(
      "cannot find the weights of a sparse autoencoder in the folder \(path): it holds "
        + (files.isEmpty ? "nothing" : files.prefix(8).map(\.quoted).joined(separator: ", "))
        + "; name the safetensors file itself")
  }

  // MARK: Settings

  /// The files that may hold the settings of the weights at `path`, whether they are there or not, the first that is
  /// goes first.
  public static func settingsPaths(besides path: String) -> [String] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    // Llama Scope has its weights one folder below.
    let folders = [folder] + (folder.lastPathComponent == "checkpoints" ? [folder.deletingLastPathComponent()] : [])
    return folders.flatMap { folder in settingsNames.map { folder.appendingPathComponent($0).path } }
  }

  private static func settings(beside path: String, _ weights: any ArrayFile) throws -> AutoencoderSettings? {
    for file in settingsPaths(besides: path) where FileManager.default.fileExists(atPath: file) {
      let place = URL(fileURLWithPath: file)
      let object = SettingsObject(
        try TextOfFile.readJSON(file), file: place.lastPathComponent, autoencoder: path)
      if let found = try settings(object, weights, folder: place.deletingLastPathComponent()) { return found }
    }
    return try .openAI(weights)
  }

  /// What a file says, by the library whose members it has; nil if it is not of an autoencoder, as a model's
  /// `config.json`.
  private static func settings(
    _ object: SettingsObject, _ weights: any ArrayFile, folder: URL
  ) throws -> AutoencoderSettings? {
    if object.hasAny("act_fn", "sae_type", "norm_activation") {
      return try .languageModelSAEs(object, weights: weights)
    }
    if let trainer = object.object("trainer"), trainer.has("dict_class") {
      return try .dictionaryLearning(trainer, weights: weights)
    }
    if object.file == "cfg.json" {
      if object.hasAny("d_sae", "architecture", "hook_name", "hook_point", "apply_b_dec_to_input", "metadata") {
        return try .saeLens(object, weights: weights, folder: folder.path)
      }
      if object.hasAny("k", "expansion_factor", "num_latents") {
        return try .sparsify(object, folderName: folder.lastPathComponent)
      }
      throw object.unfit(
        "has neither the settings of SAELens nor those of sparsify; move it elsewhere if it is of something else")
    }
    if object.hasAny("hf_hook_point_in") { return try .gemmaScope(object) }
    return nil
  }
}
