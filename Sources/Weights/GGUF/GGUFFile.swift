import Basics
import Foundation

/// A GGUF file of version 2 or 3, or all the parts of a split one: named tensors, and keys with values.
public struct GGUFFile: Sendable {
  /// The mapped files: one, or the parts in their order.
  public let files: [MappedFile]
  /// The keys and values, of the first part.
  public let metadata: GGUFMetadata
  /// Tensors of element types that are not read, and these types.
  public let unreadable: [String: String]
  private let tensors: [String: Tensor]

  /// Maps and checks the file at `path`, and where it is a part of a split one, the other parts beside it. Of the
  /// weights nothing is read.
  ///
  /// Throws a `WeightsError` that says what is wrong with which file, and what to do.
  public init(path: String) throws {
    let parts = try GGUFSplit.parts(of: try GGUFPart(path: path))
    var (tensors, unreadable): ([String: Tensor], [String: String]) = ([:], [:])
    for part in parts {
      for name in Array(part.tensors.keys) + Array(part.unreadable.keys) {
        guard tensors[name] == nil, unreadable[name] == nil else {
          throw WeightsError(
            "cannot read \(part.file.path.quotedName): an earlier part has the tensor \(name.quotedName) too; download "
              + "all parts again from the same place")
        }
        tensors[name] = part.tensors[name]
        unreadable[name] = part.unreadable[name]
      }
    }
    files = parts.map(\.file)
    metadata = parts[0].metadata
    self.tensors = tensors
    self.unreadable = unreadable
  }

  /// The path of the file, or of the first part.
  public var path: String { files[0].path }

  /// All names, those of unreadable tensors included, sorted.
  public var names: [String] { (Array(tensors.keys) + Array(unreadable.keys)).sorted() }

  /// Whether there is a tensor of that name, readable or not.
  public func contains(_ name: String) -> Bool { tensors[name] != nil || unreadable[name] != nil }

  /// The tensor of that name, its sizes in the order `[out, in]`; `WeightsError` when there is none or its element type
  /// is not read.
  public func tensor(named name: String) throws -> Tensor {
    if let tensor = tensors[name] { return tensor }
    if let type = unreadable[name] {
      let types = NumberFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw WeightsError(
        "cannot use tensor \(name.quotedName) of \(path.quotedName): its element type is \(type.quotedName), which is "
          + "not read; take a file of the same model in \(types)")
    }
    throw WeightsError(
      "cannot find tensor \(name.quotedName) in \(path.quotedName): the file has \(tensors.count + unreadable.count) "
        + "tensors and none of that name; check that it is the right model, whole")
  }
}
