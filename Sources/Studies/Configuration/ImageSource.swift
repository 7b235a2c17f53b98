import Configuration
import Inputs
import Transformer

/// A named set of images of a study's configuration, and which of a file's it has.
public struct ImageSource: Equatable, Sendable {
  /// The name that studies use.
  public let name: String
  /// A safetensors file, or a folder of PNG files with a sub-folder for each class.
  public let path: String
  /// The names of the classes whose images it has; nil: all.
  public let classes: [String]?
  /// Images of each class that are left out at the beginning, so that a file can be divided.
  public let skip: Int
  /// Images of each class that are read at most; nil: all.
  public let limit: Int?
  /// The line of the configuration, for refusals.
  let line: Int

  private static let use = "a path, or {path: FILE, class: NAME, skip: IMAGES, limit: IMAGES}"

  /// Reads `name: PATH` or `name: {path: PATH, …}`.
  init(name: String, _ value: ConfigurationValue) throws {
    self.name = name
    line = value.line
    guard value.isGroup else {
      path = try value.path()
      (classes, skip, limit) = (nil, 0, nil)
      return
    }
    let group = try value.group(keys: ["path", "class", "skip", "limit"])
    path = try group.required("path", example: "FILE").path()
    classes = try group["class"].map { value in
      let use = "the name of a class of the model, or a list of them"
      return try (value.isList ? value.list(use: use) : [value]).map { element in
        guard let name = element.text else { throw element.mismatch("a class", use: use) }
        return name
      }
    }
    let use = "a whole number of images of each class"
    skip = try group["skip"]?.integer(in: 0...Int.max, "a number of images", use: use + ", from 0 up") ?? 0
    limit = try group["limit"]?.integer(in: 1...Int.max, "a number of images", use: use + ", from 1 up")
  }

  /// The images, each with its class, as the model reads them.
  ///
  /// Throws where the model has no such class, or where there is not one image.
  func rows(_ file: String, embedding: PatchEmbedding, classNames: [String]) throws -> TextSet {
    let numbers = try classes?.map { name in
      let found = classNames.indices.filter { classNames[$0] == name }
      guard let first = found.first, found.count == 1 else {
        let problem = found.isEmpty ? "no class of the model" : "the name of several classes"
        throw TextFileError.input(
          file, line: line,
          "images.\(self.name): \(name.quoted) is \(problem); locus inspect of the model lists its classes")
      }
      return first
    }
    let images = try ImageInputs.load(
      path: path, ImageChoice(classes: numbers.map(Set.init), skip: skip, count: limit), embedding: embedding,
      classNames: classNames)
    return TextSet(
      name: name,
      rows: images.map {
        .image($0.image, label: Int32($0.classNumber), positions: embedding.positionCount)
      }, ids: images.map(\.id))
  }
}
