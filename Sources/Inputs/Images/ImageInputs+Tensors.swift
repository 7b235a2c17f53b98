import Configuration
import Transformer
import Weights

/// Images out of a safetensors file: `pixel_values`, `[images, channels, height, width]`, as the model reads them, and
/// `labels`, the numbers of their classes.
extension ImageInputs {
  mutating func readTensors() throws {
    let file = try SafetensorsFile(path: path)
    let pixels = try pixels(of: file)
    let labels = try labels(of: file, count: pixels.shape[0])
    for (number, label) in labels.enumerated() {
      let name = "image \(number)"
      guard classNames.indices.contains(label) else {
        throw TextFileError.input(
          path,
          "the label of \(name) is \(label), and the model has the classes 0 to \(classNames.count - 1); correct it or "
            + "take the model that belongs to the labels")
      }
      guard try wants(label) else { continue }
      add(try image(number, of: pixels, name), id: "\(number)", name: name, classNumber: label)
    }
  }

  private func image(_ number: Int, of pixels: Tensor, _ name: String) throws -> Image {
    let size = embedding.image
    var values = [Float](repeating: 0, count: size.valueCount)
    pixels.widen(rows: number..<number + 1, into: &values)
    if let odd = values.firstIndex(where: { !$0.isFinite }) {
      throw TextFileError.input(
        path,
        "\(name) holds \(values[odd]) at row \(odd / size.width % size.height) and column \(odd % size.width), which "
          + "is no number of a pixel; make the file again")
    }
    return Image(size: size, values: values)
  }

  private func pixels(of file: SafetensorsFile) throws -> Tensor {
    guard file.contains("pixel_values") else {
      throw TextFileError.input(
        path, "it has no tensor pixel_values, [images, channels, height, width]; write the images into one")
    }
    let pixels = try file.tensor(named: "pixel_values")
    let shape = pixels.shape
    guard shape.count == 4 else {
      throw TextFileError.input(
        path, "pixel_values has the shape \(shape), and has to be [images, channels, height, width]; reshape it")
    }
    let size = ImageSize(channels: shape[1], height: shape[2], width: shape[3])
    guard size == embedding.image else { throw refusal(of: "each image of pixel_values", size: size) }
    return pixels
  }

  private func labels(of file: SafetensorsFile, count: Int) throws -> [Int] {
    guard file.contains("labels") else {
      throw TextFileError.input(
        path, "it has no tensor labels, [images]; write the number of each image's class into one")
    }
    guard let labels = file.wholeNumbers(named: "labels") else {
      throw TextFileError.input(path, "labels are of a type that is not read; write them as I64, I32 or U8")
    }
    guard labels.count == count else {
      throw TextFileError.input(
        path, "there are \(labels.count) labels for \(count) images in pixel_values; write one for each")
    }
    return labels
  }
}
