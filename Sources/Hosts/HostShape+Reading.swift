import Foundation
import Transformer
import Weights

extension HostShape {
  /// Reads `config.json` of a model folder, or the header of a llama2.c file, without touching weights.
  ///
  /// Throws a `HostsError` that says what is not supported, by its key.
  public static func load(path: String) throws -> HostShape {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw HostsError(
        "cannot open the model \(path): there is no such file or folder"
          + AbsentPath.advice(path, wanted: "a Hugging Face folder or a llama2.c file"))
    }
    guard isFolder.boolValue else { return try GatedDecoder(llama2c: path).shape }
    let document = try HostDocument(folder: path)
    return try document.family.shape(document)
  }
}

extension GatedDecoder {
  /// Reads the header of a llama2.c file.
  init(llama2c path: String) throws {
    self.init(header: try Llama2CHeader(file: MappedFile(path: path)))
    try check(path: path)
  }

  /// The sizes of a model of a family like Llama, out of its folder or a llama2.c file: for what changes some of them.
  package static func load(path: String) throws -> GatedDecoder {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isFolder.boolValue else { return try GatedDecoder(llama2c: path) }
    let document = try HostDocument(folder: path)
    guard let family = document.family as? any LlamaLike.Type else {
      throw HostsError("cannot read the sizes of \(path): its family is not like Llama")
    }
    return try GatedDecoder(document, family: family)
  }
}

extension Model {
  /// Reads configuration and weights of a Hugging Face folder or a llama2.c file.
  public static func load(path: String) throws -> Model {
    try Model(shape: try HostShape.load(path: path), checkpoint: try Checkpoint(path: path))
  }
}
