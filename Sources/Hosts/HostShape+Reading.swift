import Foundation
import Transformer
import Weights

extension HostShape {
  /// Reads `config.json` of a model folder, the metadata of a GGUF file or the header of a llama2.c file, without
  /// touching matrices.
  ///
  /// Throws a `HostsError` that says what is not supported, by its key.
  public static func load(path: String) throws -> HostShape {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw HostsError(
        "cannot open the model \(path): there is no such file or folder"
          + AbsentPath.advice(path, wanted: "a Hugging Face folder, a GGUF file or a llama2.c file"))
    }
    if isFolder.boolValue { return try HostDocument(folder: path).shape() }
    return FileKind(path: path) == .gguf ? try HostShape(gguf: path) : try GatedDecoder(llama2c: path).shape
  }
}

extension GatedDecoder {
  /// Reads the header of a llama2.c file.
  init(llama2c path: String) throws {
    self.init(header: try Llama2CHeader(file: MappedFile(path: path)))
    try sizes.check(path: path)
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
    let decoder = try GatedDecoder(document, family: family)
    try ForeignKeys.check(document.root, headSize: decoder.sizes.headSize)
    return decoder
  }
}

extension Model {
  /// Reads configuration and weights of a Hugging Face folder, a GGUF file or a llama2.c file.
  public static func load(path: String) throws -> Model {
    try Model(shape: try HostShape.load(path: path), checkpoint: try Checkpoint(path: path))
  }
}
