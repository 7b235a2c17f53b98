import Foundation
import StrictJSON

/// The weight files of a folder in Hugging Face layout.
struct CheckpointFolder {
  /// In the order of their names.
  let files: [MappedFile]
  /// For each tensor name the file that has it.
  let owners: [String: SafetensorsFile]
  /// The file that lists the tensors.
  let listing: String

  private static let single = "model.safetensors"
  private static let index = "model.safetensors.index.json"
  private static let indexByteLimit = 100_000_000

  init(path: String) throws {
    let contents = try Self.list(path)
    if contents.contains(Self.single) {
      listing = path + "/" + Self.single
      let file = try SafetensorsFile(path: listing)
      files = [file.file]
      owners = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
    } else if contents.contains(Self.index) {
      listing = path + "/" + Self.index
      let weightMap = try Self.weightMap(listing)
      let shards = try Self.open(Set(weightMap.values), of: weightMap, in: path, contents, listing)
      files = shards.keys.sorted().compactMap { shards[$0]?.file }
      owners = try Self.owners(weightMap, shards, listing)
    } else {
      throw Self.nothingReadable(path, contents)
    }
  }

  // MARK: The index

  /// For each tensor name the name of a file.
  private static func weightMap(_ path: String) throws -> [String: String] {
    let file = try MappedFile(path: path)
    try check(
      file.byteCount <= indexByteLimit,
      "cannot read \(quoted(path)): it holds \(file.byteCount) bytes, more than any index; download it again")
    let document = try withExtendedLifetime(file) { try WeightsDocument(file.bytes, source: quoted(path)) }
    guard let map = try document.members(of: document.value["weight_map"]), !map.isEmpty else {
      throw WeightsError(message: "cannot read \(quoted(path)): it has no object weight_map; download it again")
    }
    return try map.mapValues { value in
      guard let name = value.string, isPlainName(name) else {
        throw WeightsError(
          message:
            "cannot read \(quoted(path)): its weight_map names the file \(quoted(value.string ?? "?")), which is "
            + "not a plain name inside the folder; download it again")
      }
      return name
    }
  }

  private static func isPlainName(_ name: String) -> Bool {
    // Bytes, because a slash followed by a combining mark is another character but still a slash to the system.
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }

  private static func open(
    _ names: Set<String>, of weightMap: [String: String], in path: String, _ contents: Set<String>, _ listing: String
  ) throws -> [String: SafetensorsFile] {
    var shards: [String: SafetensorsFile] = [:]
    for name in names.sorted() {
      try check(
        contents.contains(name),
        "cannot read \(quoted(listing)): it names the file \(quoted(name)), which is not in the folder; "
          + "download that file too")
      shards[name] = try SafetensorsFile(path: path + "/" + name)
    }
    return shards
  }

  private static func owners(
    _ weightMap: [String: String], _ shards: [String: SafetensorsFile], _ listing: String
  ) throws -> [String: SafetensorsFile] {
    var owners: [String: SafetensorsFile] = [:]
    // Sorted, so that of several mistakes the same one is reported every time.
    for (name, fileName) in weightMap.sorted(by: { $0.key < $1.key }) {
      guard let shard = shards[fileName], shard.contains(name) else {
        throw WeightsError(
          message:
            "cannot read \(quoted(listing)): it places tensor \(quoted(name)) in \(quoted(fileName)), which does "
            + "not have it; download index and files from the same place again")
      }
      owners[name] = shard
    }
    return owners
  }

  // MARK: The folder

  private static func list(_ path: String) throws -> Set<String> {
    do {
      return Set(try FileManager.default.contentsOfDirectory(atPath: path))
    } catch {
      throw WeightsError(message: "cannot list the folder \(quoted(path)): it cannot be read; check its permissions")
    }
  }

  private static func nothingReadable(_ path: String, _ contents: Set<String>) -> WeightsError {
    let names = contents.sorted()
    let attempt = "cannot read the folder \(quoted(path))"
    if let name = names.first(where: { $0.hasPrefix("pytorch_model") }) {
      return WeightsError(
        message: "\(attempt): its weights are in \(quoted(name)); \(readableFormats), so \(torchConversion)")
    }
    if let name = names.first(where: { $0.hasSuffix(".gguf") }) {
      return WeightsError(
        message: "\(attempt): its weights are in \(quoted(name)); \(readableFormats), so \(ggufConversion)")
    }
    if let name = names.first(where: { $0.hasSuffix(".bin") }) {
      return WeightsError(
        message: "\(attempt): it has no safetensors; \(readableFormats), so name \(quoted(name)) itself if it is one")
    }
    return WeightsError(message: "\(attempt): it holds no weights; \(readableFormats), so check the path")
  }
}
