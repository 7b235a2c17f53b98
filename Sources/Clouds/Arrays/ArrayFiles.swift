import Weights

/// Files of arrays, recognized by their bytes.
enum ArrayFiles {
  /// Reads what the file says of its arrays: one of numpy's, or a safetensors file. `wanted` is what a person is asked
  /// to put into the latter in place of a file that may run any program when it is read.
  static func open(_ path: String, wanting wanted: String) throws -> any ArrayFile {
    let file = try MappedFile(path: path)
    switch FileKind(file) {
    case .numpyArray: return try NpyFile(file: file)
    case .numpyArchive: return try NpzFile(file: file)
    case .torch:
      throw CloudsError(
        "cannot read \(path): it is \(FileKind.torch.phrase), and a safetensors file with \(wanted) is wanted; make "
          + "one so: " + TorchConversion.line(from: path, to: path.fileStem + ".safetensors"))
    default: return try SafetensorsFile(file: file)
    }
  }
}
