import Basics
import Foundation

/// The weights of a model, wherever they lie: a folder in Hugging Face layout, a GGUF file or a llama2.c .bin file.
/// Tensors have the names that transformers gives them.
public struct Checkpoint: Sendable {
  private enum Contents {
    /// For each tensor name the file that has it, and of names that no file has the one that should.
    case safetensors([String: SafetensorsFile], strays: [String: String])
    case llama2C(Llama2CFile)
    /// For each tensor name the name in the file.
    case gguf(GGUFFile, [String: String])
  }

  /// The path as it was given.
  public let path: String
  /// The weight files, in the order of their names.
  public let files: [MappedFile]
  /// All names of tensors, sorted.
  public let names: [String]
  private let contents: Contents
  /// Says that an adapter lies beside the weights, which is not applied; nil where there is none.
  public let adapterNotice: String?
  /// The file that lists the tensors, for error sentences.
  public let listing: String

  /// Maps the files and checks their headers; no weight is read.
  public init(path: String) throws {
    self.path = path
    if isFolder(path) {
      let folder = try CheckpointFolder(path: path)
      files = folder.files
      names = folder.owners.keys.sorted()
      contents = .safetensors(folder.owners, strays: folder.strays)
      listing = folder.listing
      adapterNotice = folder.adapterNotice
    } else if FileKind(path: path) == .gguf {
      let file = try GGUFFile(path: path)
      let own = try Checkpoint.ownNames(file)
      files = file.files
      names = own.keys.sorted()
      contents = .gguf(file, own)
      listing = path
      adapterNotice = nil
    } else {
      let file = try Llama2CFile(path: path)
      files = [file.file]
      names = file.names
      contents = .llama2C(file)
      listing = path
      adapterNotice = nil
    }
  }

  /// Takes the tensors of one file that is open already, as those of a model called `path`.
  public init(path: String, file: SafetensorsFile) {
    self.path = path
    files = [file.file]
    names = file.names
    contents = .safetensors(Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) }), strays: [:])
    listing = path
    adapterNotice = nil
  }

  /// The header when the checkpoint is a llama2.c file, otherwise nil.
  public var llama2CHeader: Llama2CHeader? {
    if case .llama2C(let file) = contents { file.header } else { nil }
  }

  /// The file when the checkpoint is a GGUF file, otherwise nil.
  public var gguf: GGUFFile? {
    if case .gguf(let file, _) = contents { file } else { nil }
  }

  /// Bytes of all files, headers included.
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  // MARK: Tensors

  /// Whether there is a tensor of that name.
  public func contains(_ name: String) -> Bool {
    switch contents {
    case .safetensors(let owners, _): owners[name] != nil
    case .llama2C(let file): file.contains(name)
    case .gguf(_, let own): own[name] != nil
    }
  }

  /// The element type of a tensor of a safetensors file that is there and whose type is not read, as its file spells
  /// it; otherwise nil.
  public func unreadableType(of name: String) -> String? {
    if case .safetensors(let owners, _) = contents { owners[name]?.unreadable[name] } else { nil }
  }

  /// The tensor of that name; `WeightsError` when there is none, its type is not read, or its shape is another.
  public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    let tensor = try tensor(named: name)
    try check(
      tensor.shape == shape,
      "cannot use tensor \(name.quotedName) of \(tensor.file.path.quotedName): its shape is \(shown(tensor.shape)) "
        + "where the model's configuration makes \(shown(shape)); check \(shapeAuthority) against that file")
    return tensor
  }

  /// The tensor of that name, of whatever shape.
  public func tensor(named name: String) throws -> Tensor {
    switch contents {
    case .llama2C(let file): return try file.tensor(named: name)
    case .gguf(let file, let own): return try file.tensor(named: own[name] ?? name).named(name)
    case .safetensors(let owners, let strays):
      guard let owner = owners[name] else {
        if let file = strays[name] {
          throw WeightsError(
            "cannot find tensor \(name.quotedName): \(listing.quotedName) places it in \(file.quotedName), which does "
              + "not have it; download index and files from the same place again")
        }
        throw WeightsError(
          "cannot find tensor \(name.quotedName) in \(listing.quotedName): it has \(owners.count) tensors and none "
            + "of that name; check that the folder holds the right model, whole")
      }
      return try owner.tensor(named: name)
    }
  }

  /// The first of these tensors, or else of all, that holds elements that are not finite; nil if all are.
  ///
  /// Reads everything until it is found.
  public func unsoundTensor(first names: [String]) -> Tensor? {
    let named = Set(names)
    for name in names.filter(contains) + self.names.filter({ !named.contains($0) }) {
      if let tensor = try? tensor(named: name), tensor.elementCount > 0, tensor.extremes().largest.isNaN {
        return tensor
      }
    }
    return nil
  }

  private var shapeAuthority: String {
    if case .safetensors = contents { (path + "/config.json").quotedName } else { authority }
  }

  /// What says of the model how it is made, in words for a sentence that names the model.
  package var authority: String {
    switch contents {
    case .llama2C: "its header"
    case .gguf: "its metadata"
    case .safetensors: "config.json"
    }
  }

  /// For what transformers calls the tensors of a GGUF file their names there.
  private static func ownNames(_ file: GGUFFile) throws -> [String: String] {
    let names = try file.metadata.text("general.architecture").flatMap {
      GGUFNames(architecture: $0, hasTwoNorms: file.contains("blk.0.attn_norm_2.weight"))
    }
    var own: [String: String] = [:]
    for name in file.names {
      try check(
        own.updateValue(name, forKey: names?.translated(name) ?? name) == nil,
        "cannot read \(file.path.quotedName): the tensor \(name.quotedName) is there under two names; make the file "
          + "again")
    }
    return own
  }

  // MARK: Identity

  /// Throws `WeightsError` if one of the files was written to since it was opened.
  public func checkUnchanged() throws { for file in files { try file.checkUnchanged() } }

  /// SHA-256 of the bytes of all files, one after the other in the order of their names, in hexadecimal.
  ///
  /// Reads everything: some seconds for each gigabyte.
  public func sha256() -> String {
    withExtendedLifetime(files) { SHA256.hexadecimal(of: files.map(\.bytes)) }
  }
}

private func isFolder(_ path: String) -> Bool {
  var isDirectory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}
