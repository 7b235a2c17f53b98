import Basics
import Configuration
import Transformer
import Weights

/// The inputs of an image classifier: images with their classes.
struct ImageInputs {
  /// The file or folder that they are in.
  let path: String
  /// How the model reads images.
  let embedding: PatchEmbedding
  /// The names of the model's classes.
  let classNames: [String]
  /// Only so many images of a class are taken, the first ones; nil: all.
  let perTask: Int?
  private var inputs: [ScreenInput] = []
  private var counts: [Int: Int] = [:]

  private static let countLimit = 65_535

  /// Reads a safetensors file with `pixel_values` and `labels`, or a folder of PNG files with a sub-folder for each
  /// class.
  ///
  /// Every image has the model's size and finite numbers, and its class is one of the model's. Throws a
  /// `TextFileError`.
  static func load(
    path: String, perTask: Int?, embedding: PatchEmbedding, classNames: [String]
  ) throws -> [ScreenInput] {
    var reader = ImageInputs(path: path, embedding: embedding, classNames: classNames, perTask: perTask)
    switch FileKind(path: path) {
    case .folder: try reader.readFolder()
    case .safetensors: try reader.readTensors()
    case let kind:
      throw TextFileError.input(
        path,
        "this is \(kind.phrase), and the model classifies images; name a safetensors file with pixel_values and "
          + "labels, or a folder of PNG files with a sub-folder for each class")
    }
    guard !reader.inputs.isEmpty else { throw TextFileError.input(path, "there are no images; put some there") }
    return reader.inputs
  }

  private init(path: String, embedding: PatchEmbedding, classNames: [String], perTask: Int?) {
    self.path = path
    self.embedding = embedding
    self.classNames = classNames
    self.perTask = perTask
  }

  /// Whether there are not yet enough images of a class; counts one more.
  mutating func wants(_ classNumber: Int) throws -> Bool {
    let count = counts[classNumber, default: 0] + 1
    counts[classNumber] = count
    guard count <= perTask ?? Int.max else { return false }
    guard inputs.count < Self.countLimit else {
      throw TextFileError.input(
        path, "there are more than \(Self.countLimit) images; remove some or set inputs_per_task")
    }
    return true
  }

  mutating func add(_ image: Image, id: String, name: String, classNumber: Int) {
    inputs.append(
      ScreenInput(
        id: id, name: name, image: image, className: classNames[classNumber],
        positionCount: embedding.positionCount))
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
