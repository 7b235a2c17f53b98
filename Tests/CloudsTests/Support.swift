import Clouds
import Foundation
import HDF5
import Testing
import TestSupport

/// Folder and files of one test.
struct Bench {
  let folder: String

  static func run(_ body: (Bench) throws -> Void) throws {
    // HDF5 takes one thread at a time.
    try World.run { _ in try Places.withTemporaryFolder { try body(Bench(folder: $0)) } }
  }

  func path(_ name: String) -> String { folder + "/" + name }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// A file with one dataset of these numbers.
  @discardableResult
  func write<Element: NumericElement>(_ name: String, dataset: String, _ shape: [Int], _ values: [Element]) throws
    -> String
  {
    let file = try File.create(path(name), communicator: nil)
    let written = try file.createDataset(dataset, type: Element.elementType, shape: shape)
    try written.writeWhole(values)
    try written.close()
    try file.close()
    return path(name)
  }

  /// A firing record as a stranger's program might write it.
  @discardableResult
  func write(_ name: String, offsets: [Int64], documents: [Int32], count: Int64?) throws -> String {
    let file = try File.create(path(name), communicator: nil)
    if let count { try file.setAttribute("document_count", count) }
    let first = try file.createDataset("offsets", type: .int64, shape: [offsets.count])
    try first.writeWhole(offsets)
    try first.close()
    let second = try file.createDataset("documents", type: .int32, shape: [documents.count])
    try second.writeWhole(documents)
    try second.close()
    try file.close()
    return path(name)
  }

  /// Four points of two numbers.
  func square(_ name: String = "square.safetensors", metadata: [String: String] = [:]) throws -> String {
    try TensorWriter.write(
      path(name), [.init("points", [4, 2], [0, 1, 1, 0, 1, 1, 2, 1]), .init("other", [3], [1, 2, 3])],
      metadata: metadata)
    return path(name)
  }
}

/// The sentence that `body` throws.
func refusal<Result>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    return ""
  } catch {
    #expect(!"\(error)".contains("\n"), sourceLocation: sourceLocation)
    return "\(error)"
  }
}
