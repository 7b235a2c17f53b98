import Foundation
import Hosts
import Transformer

/// A tiny vision transformer with weights that look random, and images for it.
public struct TinyImageHost {
  /// The names of its classes.
  public static let classNames = ["cat", "dog", "owl"]
  /// The size of its images: six patches of 3 × 4 pixels, of which it has 3 channels.
  public static let size = ImageSize(channels: 3, height: 6, width: 12)

  /// What its `config.json` says.
  public var configuration: [String: Any] = [
    "model_type": "vit", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3, "num_attention_heads": 2,
    "image_size": [6, 12], "patch_size": [3, 4], "num_channels": 3,
    "id2label": ["0": "cat", "1": "dog", "2": "owl"],
  ]
  /// What its `preprocessor_config.json` says; nil: there is none.
  public var preprocessor: [String: Any]? = [
    "image_mean": [0.5, 0.25, 0.5], "image_std": [0.5, 0.5, 0.25], "rescale_factor": 1.0 / 255,
  ]

  /// The host as it is without changes.
  public init() {}

  /// Writes the model's folder.
  public func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(configuration, to: folder + "/config.json")
    if let preprocessor { try write(preprocessor, to: folder + "/preprocessor_config.json") }
    let shapes = Model.tensorShapes(try HostShape.load(path: folder))
    try TensorWriter.write(
      folder + "/model.safetensors",
      shapes.enumerated().map { index, tensor in
        let count = tensor.shape.reduce(1, *)
        let values = TensorWriter.numbers(count, seed: UInt64(index + 1))
        return TensorWriter.Tensor(tensor.name, tensor.shape, values.map { weight(tensor.name, $0) })
      })
  }

  /// Gains of norms are near 1, and blocks large beside the rest, so that mutants are seldom all silent.
  private func weight(_ name: String, _ number: Float) -> Float {
    if name.contains("norm"), name.hasSuffix("weight") { return 1 + number / 4 }
    if name.hasSuffix("bias") || name.contains("embeddings") { return number / 8 }
    return number
  }

  private func write(_ object: [String: Any], to path: String) throws {
    try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: path))
  }

  /// Images of numbers that look random.
  public static func images(_ count: Int) -> [Image] {
    (0..<count).map {
      Image(size: size, values: TensorWriter.numbers(size.valueCount, seed: UInt64(100 + $0)).map { 2 * $0 })
    }
  }

  /// Writes images as a file of inputs; image i is of class i modulo 3 where `labels` says nothing else.
  public static func write(_ images: [Image], to path: String, labels: [Int64]? = nil) throws {
    let shape = [images.count, size.channels, size.height, size.width]
    try TensorWriter.write(
      path, [TensorWriter.Tensor("pixel_values", shape, images.flatMap(\.values))],
      wholeNumbers: ["labels": labels ?? images.indices.map { Int64($0 % classNames.count) }])
  }
}
