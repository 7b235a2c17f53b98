import Foundation
import Hosts
import Studies
import TestSupport
import Transformer

/// A vision transformer of two layers in which it is known which hidden unit knows which class, and images for it.
///
/// The first pixel of every patch of a cat is 1, of an owl the second one. Attention spreads that to the token of the
/// class, where unit 3 of the first layer answers to cats alone and unit 5 to owls; a unit answers to everything.
struct PlantedImages {
  static let catUnit = 3
  static let owlUnit = 5
  private static let hidden = 16

  /// Writes the model into a folder.
  static func write(to folder: String) throws {
    var host = TinyImageHost()
    host.configuration["num_hidden_layers"] = 2
    try host.write(to: folder)
    let shapes = Model.tensorShapes(try HostShape.load(path: folder))
    try TensorWriter.write(
      folder + "/model.safetensors", shapes.map { .init($0.name, $0.shape, numbers($0.name, $0.shape)) })
  }

  static func load() throws -> Model {
    try Places.withTemporaryFolder { folder in
      try write(to: folder)
      return try Model.load(path: folder)
    }
  }

  private static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    var values = [Float](
      repeating: name.contains("norm") && name.hasSuffix("weight") ? 1 : 0, count: shape.reduce(1, *))
    func set(_ row: Int, _ column: Int, _ value: Float) {
      values[row * (values.count / shape[0]) + column] = value
    }
    switch name {
    case let name where name.hasSuffix("projection.weight"): (0..<2).forEach { set($0, $0, 1) }
    case let name where name.contains("layer.1."): break
    case let name where name.hasSuffix("value.weight") || name.hasSuffix("attention.output.dense.weight"):
      (0..<hidden).forEach { set($0, $0, 1) }
    case let name where name.hasSuffix("intermediate.dense.weight"):
      set(catUnit, 0, 10)
      set(owlUnit, 1, 10)
    case let name where name.hasSuffix("intermediate.dense.bias"):
      (values[catUnit], values[owlUnit], values[7]) = (-20, -20, 2)
    case let name where name.hasSuffix("output.dense.weight"):
      set(4, catUnit, 1)
      set(5, owlUnit, 1)
      set(9, 7, 1)
    case "classifier.weight":
      set(0, 4, 1)
      set(2, 5, 1)
    default: break
    }
    return values
  }

  /// So many images of a class; all other pixels look random.
  static func rows(_ name: String, _ count: Int, from first: Int = 0) -> [StudyRow] {
    let (size, label) = (TinyImageHost.size, name == "cat" ? 0 : 2)
    return TinyImageHost.images(first + count).dropFirst(first).map { image in
      var values = image.values
      for row in [0, 3] {
        for column in [0, 4, 8] {
          values[row * size.width + column] = label == 0 ? 1 : 0
          values[row * size.width + column + 1] = label == 0 ? 0 : 1
        }
      }
      return .image(Image(size: size, values: values), label: Int32(label), positions: 7)
    }
  }
}
