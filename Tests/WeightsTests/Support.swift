import Foundation
import Testing
import TestSupport
import Weights

/// A folder of its own for one test, removed when the test is over.
func withFolder<Result>(_ body: (TestFolder) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "/weights-tests-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(TestFolder(path: path))
}

struct TestFolder {
  let path: String

  /// Writes the file and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try UnflushedFile.write(bytes, to: file)
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }
}

/// The sentence of the `WeightsError` that `body` throws; a failed expectation if it throws none.
func refusal<Result>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as WeightsError {
    #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
    #expect(error.description == error.description, sourceLocation: sourceLocation)
    return error.description
  } catch {
    Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
  }
  return ""
}

/// Expects that each word occurs in the sentence.
func expect(_ sentence: String, says words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  for word in words {
    #expect(sentence.contains(word), "'\(word)' in: \(sentence)", sourceLocation: sourceLocation)
  }
}

// MARK: Bytes

func littleEndian<Integer: FixedWidthInteger>(_ values: [Integer]) -> [UInt8] {
  values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}

func littleEndian(_ values: [Float]) -> [UInt8] { littleEndian(values.map(\.bitPattern)) }

/// A safetensors file of this header, whatever it says.
func safetensors(_ header: String, data: [UInt8], claimedHeaderLength: UInt64? = nil) -> [UInt8] {
  littleEndian([claimedHeaderLength ?? UInt64(header.utf8.count)]) + Array(header.utf8) + data
}

/// A valid safetensors file of float32 vectors and matrices, each on a multiple of 4 bytes.
func safetensors(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> [UInt8] {
  var entries: [String] = []
  var data: [UInt8] = []
  for (name, shape, values) in tensors {
    let begin = data.count
    data += littleEndian(values)
    entries.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(data.count)]}"#)
  }
  let header = "{\(entries.joined(separator: ","))}"
  return safetensors(header + String(repeating: " ", count: 7 - (header.utf8.count + 7) % 8), data: data)
}

// MARK: Values

extension Tensor {
  /// All elements widened.
  var values: [Float] { rectangle(0..<rows, 0..<columns) }

  func rectangle(_ rows: Range<Int>, _ columns: Range<Int>) -> [Float] {
    let count = rows.count * columns.count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      if let base = buffer.baseAddress { widen(rows: rows, columns: columns, into: base) }
      initializedCount = count
    }
  }
}

// MARK: Places

enum Place {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let demo = root.appendingPathComponent("configs/demo").path
  static let shared = root.deletingLastPathComponent().appendingPathComponent("shared/data").path
  static let hasShared = FileManager.default.fileExists(atPath: shared)
}
