import Basics
import Configuration
import Transformer
import Weights

/// The images of a file or folder, each with its class, as an image classifier reads them.
public struct ImageInputs {
  /// The file or folder that they are in.
  let path: String
  /// How the model reads images.
  let embedding: PatchEmbedding
  /// The names of the model's classes.
  let classNames: [String]
  private let choice: ImageChoice
  private var images: [ClassifiedImage] = []
  private var counts: [Int: Int] = [:]

  private static let countLimit = 65_535

  /// Reads a safetensors file with `pixel_values` and `labels`, or a folder of PNG files with a sub-folder for each
  /// class, and gives the images that are chosen, at least one.
  ///
  /// Every image has the model's size and finite numbers, and its class is one of the model's. Throws a
  /// `TextFileError`.
  public static func load(
    path: String, _ choice: ImageChoice = ImageChoice(), embedding: PatchEmbedding, classNames: [String]
  ) throws -> [ClassifiedImage] {
    var reader = ImageInputs(path: path, embedding: embedding, classNames: classNames, choice: choice)
    switch FileKind(path: path) {
    case .folder: try reader.readFolder()
    case .safetensors: try reader.readTensors()
    case let kind:
      throw TextFileError.input(
        path,
        "this is \(kind.phrase), and the model classifies images; name a safetensors file with pixel_values and "
          + "labels, or a folder of PNG files with a sub-folder for each class")
    }
    guard !reader.images.isEmpty else {
      throw TextFileError.input(
        path,
        reader.counts.isEmpty
          ? "there are no images; put some there"
          : "no image there is one of those asked for; take others, or add some")
    }
    return reader.images
  }

  private init(path: String, embedding: PatchEmbedding, classNames: [String], choice: ImageChoice) {
    self.path = path
    self.embedding = embedding
    self.classNames = classNames
    self.choice = choice
  }

  /// Whether the next image of a class is one of those that are chosen; counts it.
  mutating func wants(_ classNumber: Int) throws -> Bool {
    let place = counts[classNumber, default: 0]
    counts[classNumber] = place + 1
    guard choice.takes(place, ofClass: classNumber) else { return false }
    guard images.count < Self.countLimit else {
      throw TextFileError.input(
        path, "there are more than \(Self.countLimit) images; remove some or take fewer of each class")
    }
    return true
  }

  mutating func add(_ image: Image, id: String, name: String, classNumber: Int) {
    images.append(ClassifiedImage(id: id, name: name, image: image, classNumber: classNumber))
  }

  /// Why images of another size cannot be read.
  func refusal(of name: String, size: ImageSize) -> TextFileError {
    if size.channels == 0 {
      return .input(path, "\(name) has no channels, and the model reads \(embedding.image.channels)")
    }
    return .input(
      path,
      "\(name) is of \(size) channels, rows and columns, and the model reads \(embedding.image); resize it before, as "
        + "the model's own preprocessing does")
  }
}
