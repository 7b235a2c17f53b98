import Foundation
import TestSupport
import Testing
import Weights

/// GGUF files that are damaged, hostile or of another kind: each is refused in a sentence that says what to do.
@Suite struct GGUFDamageTests {
  private func sentence(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    try withFolder { folder in
      let path = try folder.write("model.gguf", bytes)
      let sentence = refusal(sourceLocation: sourceLocation) { try GGUFFile(path: path) }
      #expect(sentence.contains("model.gguf'"), sourceLocation: sourceLocation)
      return sentence
    }
  }

  private func sentence(_ change: (inout GGUFWriter) -> Void) throws -> String {
    var writer = GGUFWriter()
    writer.metadata = [("general.name", .text("small")), ("list", .array(8, [.text("a"), .text("b")]))]
    writer.tensors = [.init("a", [2, 3], [0, 1, 2, 3, 4, 5]), .init("b", [1], [7])]
    change(&writer)
    return try sentence(writer.bytes)
  }

  @Test func refusesOtherVersions() throws {
    expect(try sentence { $0.version = 1 }, says: ["version 1", "again"])
    expect(try sentence { $0.version = 4 }, says: ["version 4", "2 and 3"])
    expect(try sentence { $0.version = 0 }, says: ["version 0"])
    expect(try sentence { $0.version = UInt32(3).byteSwapped }, says: ["big-endian", "gguf-convert-endian"])
    expect(try sentence(Array("GGUF".utf8) + [3, 0]), says: ["6 bytes", "download"])
    expect(try sentence(Array("{}".utf8)), says: ["JSON"])
  }

  @Test func refusesEveryTruncation() throws {
    var writer = GGUFWriter()
    writer.metadata = [("k", .text("v")), ("n", .array(4, [.number(1)])), ("f", .flag(true))]
    writer.tensors = [.init("a", [2], [1, 2])]
    let bytes = writer.bytes
    for count in 8..<bytes.count {
      let said = try sentence(Array(bytes[..<count]))
      #expect(said.contains("truncated") || said.contains("damaged"), "\(count): \(said)")
    }
  }

  @Test func refusesCountsBeyondTheFile() throws {
    expect(try sentence { $0.claimed.keys = 1 << 40 }, says: ["\(1 << 40) keys", "too few"])
    expect(try sentence { $0.claimed.tensors = .max }, says: ["tensors", "too few"])
    let long = GGUFWriter.Value(type: 8, bytes: littleEndian([UInt64.max]))
    expect(try sentence { $0.metadata.append(("k", long)) }, says: ["'k'", "too few"])
    let many = GGUFWriter.Value(type: 9, bytes: littleEndian([UInt32(12)]) + littleEndian([UInt64(1) << 61]))
    expect(try sentence { $0.metadata.append(("k", many)) }, says: ["'k'", "too few"])
  }

  @Test func refusesValuesThatAreNone() throws {
    expect(try sentence { $0.metadata.append(("general.name", .flag(true))) }, says: ["'general.name'", "twice"])
    expect(try sentence { $0.metadata.append(("k", .init(type: 13, bytes: []))) }, says: ["'k'", "type 13"])
    expect(try sentence { $0.metadata.append(("k", .array(9, []))) }, says: ["'k'", "array of arrays"])
    expect(try sentence { $0.metadata.append(("k", .init(type: 7, bytes: [2]))) }, says: ["'k'", "2 where 0 or 1"])
    let name = String(repeating: "x", count: 70_000)
    expect(try sentence { $0.metadata.append((name, .flag(true))) }, says: ["key 3 of 3", "65535"])
    for alignment in [0, 3, 48] {
      expect(
        try sentence { $0.metadata.append(("general.alignment", .number(alignment))) },
        says: ["general.alignment", "\(alignment)", "power of two"])
    }
    expect(try sentence { $0.metadata.append(("general.alignment", .text("32"))) }, says: ["a text", "whole number"])
  }

  @Test func refusesTensorsThatCannotBe() throws {
    expect(try sentence { $0.tensors.append(.init("a", [1], [1])) }, says: ["'a'", "twice"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1, 1, 1, 1, 1], [1])) }, says: ["'c'", "5 dimensions"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1 << 40, 1 << 40], type: 0, bytes: [])) }, says: ["'c'", "absurd"])
    expect(try sentence { $0.tensors.append(.init("c", [-1], type: 0, bytes: [])) }, says: ["'c'", "absurd"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1 << 20], type: 0, bytes: [1])) }, says: ["'c'", "truncated"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1], type: 0, bytes: [0, 0, 0, 0], offset: 33)) },
      says: ["'c'", "33", "multiple of 32"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1], type: 0, bytes: [0, 0, 0, 0], offset: 1 << 63)) },
      says: ["'c'"])
    expect(
      try sentence { $0.tensors.append(.init("c", [1], type: 0, bytes: [0, 0, 0, 0], offset: 0)) },
      says: ["'a'", "'c'", "overlap"])
    expect(
      try sentence { $0.tensors.append(.init("c", [2, 48], type: 8, bytes: [UInt8](repeating: 0, count: 200))) },
      says: ["'c'", "Q8_0", "48", "blocks of 32"])
  }

  @Test func namesTypesThatAreNotRead() throws {
    var writer = GGUFWriter()
    writer.tensors = [
      .init("a", [256], type: 17, bytes: [UInt8](repeating: 0, count: 74)), .init("b", [1], type: 99, bytes: [0]),
    ]
    try withFolder { folder in
      let file = try GGUFFile(path: try folder.write("model.gguf", writer.bytes))
      #expect(file.unreadable == ["a": "IQ2_XS", "b": "number 99"] && file.contains("a") && file.names == ["a", "b"])
      expect(refusal { try file.tensor(named: "a") }, says: ["'a'", "IQ2_XS", "Q4_K", "take a file"])
      expect(refusal { try file.tensor(named: "c") }, says: ["'c'", "none of that name"])
    }
  }
}
