import Basics
import Configuration
import Foundation
import Transformer

/// Images out of a folder of PNG files, with a sub-folder for each class that has its name.
extension ImageInputs {
  mutating func readFolder() throws {
    guard let scale = embedding.scale else {
      throw TextFileError.input(
        path,
        "the model's folder does not say what the numbers of a pixel are (image_mean and image_std of "
          + "preprocessor_config.json); add them there, or name a safetensors file with pixel_values")
    }
    guard [1, 3].contains(embedding.image.channels) else {
      throw TextFileError.input(
        path,
        "PNG files have 1 or 3 channels, and the model reads \(embedding.image.channels); name a safetensors file with "
          + "pixel_values")
    }
    let folders = try names(in: path).map { (name: $0, classNumber: try classNumber(of: $0)) }
    for folder in folders.sorted(by: { $0.classNumber < $1.classNumber }) {
      for file in try names(in: path + "/" + folder.name) {
        let name = folder.name + "/" + file
        guard try wants(folder.classNumber) else { continue }
        add(try picture(name, scale), id: name, name: name, classNumber: folder.classNumber)
      }
    }
  }

  /// The visible names in a folder, in order.
  private func names(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw TextFileError.input(folder, "cannot list this folder; check its permissions")
    }
  }

  private func classNumber(of name: String) throws -> Int {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder), isFolder.boolValue else {
      throw TextFileError.input(
        path, "\(name.quoted) is no folder of a class; put pictures into sub-folders with the names of their classes")
    }
    let found = classNames.indices.filter { classNames[$0] == name }
    guard let first = found.first else {
      let known = classNames.prefix(5).joined(separator: ", ")
      throw TextFileError.input(
        path,
        "the sub-folder \(name.quoted) has no name of a class of the model, which are \(known)"
          + "\(classNames.count > 5 ? " and \(classNames.count - 5) more" : ""); rename it")
    }
    guard found.count == 1 else {
      throw TextFileError.input(
        path,
        "\(name.quoted) is the name of the classes \(first) and \(found[1]); name a safetensors file, whose labels are "
          + "numbers")
    }
    return first
  }

  private func picture(_ name: String, _ scale: PixelScale) throws -> Image {
    let size = embedding.image
    let picture = try PNGPicture(path: path + "/" + name, channels: size.channels) { found in
      if found != size { throw refusal(of: name, size: found) }
    }
    let pixels = size.height * size.width
    let values = (0..<size.channels).flatMap { channel in
      (0..<pixels).map { scale(picture.bytes[$0 * size.channels + channel], channel: channel) }
    }
    return Image(size: size, values: values)
  }
}
