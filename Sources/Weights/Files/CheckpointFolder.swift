import Basics
import StrictJSON

/// The weight files of a folder in Hugging Face layout.
struct CheckpointFolder {
  /// In the order of their names.
  let files: [MappedFile]
  /// For each tensor name the file that has it.
  let owners: [String: SafetensorsFile]
  /// Tensors that an index places in files that do not have them. Older models list some that nobody needs any more.
  let strays: [String: String]
  /// The file that lists the tensors.
  let listing: String
  /// See `Checkpoint.adapterNotice`.
  let adapterNotice: String?

  private static let single = "model.safetensors"
  private static let index = "model.safetensors.index.json"
  private static let indexByteLimit = 100_000_000

  init(path: String) throws {
    let folder = try FolderContents(path: path)
    let contents = Set(folder.names)
    adapterNotice = folder.names.first { $0.hasPrefix("adapter_model") }.map {
      "\(path) holds an adapter beside the model, \($0), which is not applied; put it into the model if it is meant"
    }
    if contents.contains(Self.single) {
      listing = path + "/" + Self.single
      let file = try SafetensorsFile(path: listing)
      files = [file.file]
      owners = Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
      strays = [:]
    } else if contents.contains(Self.index) {
      listing = path + "/" + Self.index
      let weightMap = try Self.weightMap(listing)
      let shards = try Self.open(Set(weightMap.values), of: weightMap, in: path, contents, listing)
      files = shards.keys.sorted().compactMap { shards[$0]?.file }
      let owners = try Self.owners(weightMap, shards, listing)
      self.owners = owners
      strays = weightMap.filter { owners[$0.key] == nil }
    } else {
      throw WeightsError("cannot read the folder \(path.quotedName): \(folder.lackOfWeights)")
    }
  }

  // MARK: The index

  /// For each tensor name the name of a file.
  private static func weightMap(_ path: String) throws -> [String: String] {
    let file = try MappedFile(path: path)
    try check(
      file.byteCount <= indexByteLimit,
      "cannot read \(path.quotedName): it holds \(file.byteCount) bytes, more than any index; download it again")
    let document = try withExtendedLifetime(file) { try WeightsDocument(file.bytes, source: path.quotedName) }
    guard let map = try document.members(of: document.value["weight_map"]), !map.isEmpty else {
      throw WeightsError("cannot read \(path.quotedName): it has no object weight_map; download it again")
    }
    return try map.mapValues { value in
      guard let name = value.string, isPlainName(name) else {
        throw WeightsError(
          "cannot read \(path.quotedName): its weight_map names the file \((value.string ?? "?").quotedName), which is "
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
        "cannot read \(listing.quotedName): it names the file \(name.quotedName), which is not in the folder; "
          + "download that file too")
      shards[name] = try SafetensorsFile(path: path + "/" + name)
    }
    return shards
  }

  /// All tensors of all shards. The index decides where two shards have one name; what it lists beyond is in `strays`.
  private static func owners(
    _ weightMap: [String: String], _ shards: [String: SafetensorsFile], _ listing: String
  ) throws -> [String: SafetensorsFile] {
    var owners: [String: SafetensorsFile] = [:]
    for (_, shard) in shards.sorted(by: { $0.key < $1.key }) {
      for name in shard.names {
        let chosen = weightMap[name].flatMap { shards[$0] }
        if let chosen, chosen.contains(name) {
          owners[name] = chosen
        } else if let other = owners.updateValue(shard, forKey: name) {
          throw WeightsError(

            "cannot read \(listing.quotedName): both \(other.file.name.quotedName) and "
              + "\(shard.file.name.quotedName) have the tensor \(name.quotedName), and the index does not say which "
              + "is meant; download index and files from the same place again")
        }
      }
    }
    return owners
  }
}
