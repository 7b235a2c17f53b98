import Basics

/// A safetensors file: named tensors in one mapped file.
///
/// The whole header is checked on opening, as strictly as the format's own library does; see
/// https://github.com/huggingface/safetensors for the format.
public struct SafetensorsFile: Sendable {
  /// The mapped file.
  public let file: MappedFile
  /// Free text that the file carries, `__metadata__` in its header.
  public let metadata: [String: String]
  /// Tensors of element types that are not read, and these types as the file spells them.
  public let unreadable: [String: String]
  private let tensors: [String: Tensor]
  /// Tensors of element types that are not read as such, each with its type and its bytes in the file.
  let otherNumbers: [String: (type: String, range: Range<Int>)]

  /// Maps and checks the file at `path`; reads its header only.
  public init(path: String) throws {
    try self.init(file: MappedFile(path: path))
  }

  /// Checks a file that is mapped already.
  public init(file: MappedFile) throws {
    let header = try SafetensorsHeader(file: file)
    var tensors: [String: Tensor] = [:]
    var unreadable: [String: String] = [:]
    var otherNumbers: [String: (type: String, range: Range<Int>)] = [:]
    for entry in header.entries {
      if let format = NumberFormat(rawValue: entry.type), NumberFormat.plain.contains(format) {
        tensors[entry.name] = Tensor(
          name: entry.name, shape: entry.shape, format: format, file: file,
          byteOffset: header.dataOffset + entry.range.lowerBound)
      } else {
        unreadable[entry.name] = entry.type
        let (first, end) = (entry.range.lowerBound, entry.range.upperBound)
        otherNumbers[entry.name] = (entry.type, header.dataOffset + first..<header.dataOffset + end)
      }
    }
    self.file = file
    self.metadata = header.metadata
    self.tensors = tensors
    self.unreadable = unreadable
    self.otherNumbers = otherNumbers
  }

  /// The file's path.
  public var path: String { file.path }

  /// All names, those of unreadable tensors included, sorted.
  public var names: [String] { (Array(tensors.keys) + Array(unreadable.keys)).sorted() }

  /// Whether the file has a tensor of that name, readable or not.
  public func contains(_ name: String) -> Bool { tensors[name] != nil || unreadable[name] != nil }

  /// The tensor of that name; `WeightsError` when there is none or its element type is not read.
  public func tensor(named name: String) throws -> Tensor {
    if let tensor = tensors[name] { return tensor }
    if let type = unreadable[name] {
      let types = NumberFormat.plain.map(\.rawValue).joined(separator: ", ")
      throw WeightsError(
        "cannot use tensor \(name.quotedName) of \(path.quotedName): its element type is \(type.quotedName); "
          + "convert the model to one of \(types)")
    }
    throw WeightsError(
      "cannot find tensor \(name.quotedName) in \(path.quotedName): the file has \(tensors.count + unreadable.count) "
        + "tensors and none of that name; check that it is the right model")
  }
}
