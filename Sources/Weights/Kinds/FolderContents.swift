import Basics
import Foundation
import StrictJSON

/// What lies in a folder that was given as a model, for telling a person why no model can be read from it.
public struct FolderContents {
  /// Files that are looked into: the folder may be any.
  private static let fileLimit = 200

  private let path: String
  /// Names of files and folders, sorted.
  let names: [String]

  /// Lists the folder; `WeightsError` when that cannot be done.
  public init(path: String) throws {
    self.path = path
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw WeightsError("cannot list the folder \(path.quotedName): it cannot be read; check its permissions")
    }
  }

  // MARK: What is missing

  /// What the folder holds in the place of config.json, and what to do.
  public var lackOfConfiguration: String {
    if let adapter { return adapter }
    if let inner = folderWithConfiguration {
      return "its folder \(inner.quotedName) has one, so name \((path + "/" + inner).quotedName)"
    }
    if names.contains("params.json") {
      return
        "it holds params.json, so it is a model in its makers' own layout; get the version for Python's transformers"
    }
    if let name = first(.safetensors) {
      return "it holds \(name.quotedName), to which a config.json belongs; download that file too"
    }
    return foreignWeights ?? "it holds no model; name a folder with config.json and \(readableWeights)"
  }

  /// What the folder holds in the place of weights that are read, and what to do.
  var lackOfWeights: String {
    if let adapter { return adapter }
    if let name = first(.safetensors) {
      guard name.contains("-of-") else {
        return "its weights are in \(name.quotedName), and read is model.safetensors; give the file that name"
      }
      return
        "its weights are in \(name.quotedName) and others, without model.safetensors.index.json; download that file too"
    }
    return foreignWeights ?? "it holds no weights; \(readableFormats), so check the path"
  }

  // MARK: What is there

  /// The sentence about weights in a format that a folder is not read in.
  private var foreignWeights: String? {
    if let name = first(.torch) {
      return "its weights are in \(name.quotedName); \(readableFormats), so \(torchConversion)"
    }
    if let name = first(.gguf) {
      return "its weights are in a GGUF file; name that itself: \((path + "/" + name).quotedName)"
    }
    if let name = first(.llama2C) {
      return "it has no safetensors; \(readableFormats), so name \((path + "/" + name).quotedName) itself"
    }
    return first(.gitLFSPointer).map {
      "\($0.quotedName) in it is \(FileKind.gitLFSPointer.phrase); \(FileKind.gitLFSPointer.remedy ?? "")"
    }
  }

  /// The sentence about an adapter, where there is one.
  private var adapter: String? {
    guard names.contains("adapter_config.json") else { return nil }
    let base = baseModel.map { " of \($0.quotedName)" } ?? ""
    return
      "it holds an adapter (adapter_config.json)\(base), which is no model by itself; put it into its model with "
      + "Python's peft: PeftModel.from_pretrained(MODEL, FOLDER).merge_and_unload().save_pretrained(NEW_FOLDER)"
  }

  private var baseModel: String? {
    guard let file = try? MappedFile(path: path + "/adapter_config.json"), file.byteCount < 1 << 20 else { return nil }
    return withExtendedLifetime(file) {
      (try? JSONReader.read(file.bytes, valueLimit: 1 << 12))?["base_model_name_or_path"]?.string
    }
  }

  /// The only folder in it, or in a folder `snapshots` of a download, that has a configuration.
  private var folderWithConfiguration: String? {
    let snapshots = (try? FileManager.default.contentsOfDirectory(atPath: path + "/snapshots").sorted()) ?? []
    let folders = (names + snapshots.map { "snapshots/" + $0 }).filter {
      FileManager.default.fileExists(atPath: path + "/" + $0 + "/config.json")
    }
    return folders.count == 1 ? folders[0] : nil
  }

  /// The first file of a kind.
  private func first(_ kind: FileKind) -> String? {
    names.prefix(FolderContents.fileLimit).first { FileKind(path: path + "/" + $0) == kind }
  }
}
