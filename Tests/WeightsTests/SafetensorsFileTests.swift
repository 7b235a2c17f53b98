import Foundation
import Testing
import Weights

/// A header that must be refused, with its bytes of data, and what the sentence must say.
struct BadHeader: Sendable, CustomTestStringConvertible {
  let header: String
  let byteCount: Int
  let words: [String]

  init(_ header: String, _ byteCount: Int, _ words: String...) {
    self.header = header
    self.byteCount = byteCount
    self.words = words
  }

  var testDescription: String { String(header.prefix(100)) }
}

/// One entry of a header.
private func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
  #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}

@Suite struct SafetensorsFileTests {
  @Test func readsTensorsAndMetadata() throws {
    try withFolder { folder in
      let header =
        #" {"__metadata__":{"format":"pt","w\u00f6rter":"a\n\"\\\/\ud83d\ude00"},"#.dropFirst()
        + entry("b", "F32", "[2,1]", "[4,12]") + " , " + entry("a", "BF16", "[2]", "[0,4]") + " }   "
      let data = littleEndian([0x3F80, 0x4000] as [UInt16]) + littleEndian([3, 4] as [Float])
      let path = try folder.write("x.safetensors", safetensors(String(header), data: data))
      let file = try SafetensorsFile(path: path)
      #expect(file.path == path)
      #expect(file.names == ["a", "b"])
      #expect(file.metadata == ["format": "pt", "wörter": "a\n\"\\/😀"])
      #expect(file.unreadable.isEmpty)
      #expect(file.contains("a") && !file.contains("c") && !file.contains("__metadata__"))
      #expect(try file.tensor(named: "a").values == [1, 2])
      #expect(try file.tensor(named: "b").values == [3, 4])
      #expect(try file.tensor(named: "b").name == "b")
      expect(refusal { try file.tensor(named: "c") }, says: ["'c'", path, "cannot find"])
    }
  }

  @Test func emptyTensorsAndEmptyFilesOfTensorsAreRead() throws {
    try withFolder { folder in
      let empty = try SafetensorsFile(path: folder.write("none", safetensors("{}", data: [])))
      #expect(empty.names.isEmpty)
      let header = "{\(entry("a", "F32", "[0,9]", "[0,0]")),\(entry("b", "F16", "[1]", "[0,2]"))}"
      let file = try SafetensorsFile(path: folder.write("some", safetensors(header, data: [0, 0x3C])))
      let tensor = try file.tensor(named: "a")
      #expect((tensor.elementCount, tensor.rows, tensor.columns) == (0, 0, 9))
      #expect(tensor.values.isEmpty && tensor.float32Pointer == nil)
      #expect(try file.tensor(named: "b").values == [1])
    }
  }

  @Test func otherElementTypesAreListedAndRefusedWhenAskedFor() throws {
    try withFolder { folder in
      let types = [("F64", 8), ("I64", 8), ("I8", 1), ("F8_E4M3", 1), ("BOOL", 1), ("FUTURE", 3)]
      var entries: [String] = [entry("good", "F32", "[1]", "[0,4]")]
      var end = 4
      for (type, size) in types {
        entries.append(entry("t-\(type)", type, "[1]", "[\(end),\(end + size)]"))
        end += size
      }
      let bytes = safetensors("{\(entries.joined(separator: ","))}", data: [UInt8](repeating: 0, count: end))
      let file = try SafetensorsFile(path: folder.write("x", bytes))
      #expect(file.unreadable == Dictionary(uniqueKeysWithValues: types.map { ("t-\($0.0)", $0.0) }))
      #expect(file.names.count == types.count + 1)
      #expect(try file.tensor(named: "good").values == [0])
      for (type, _) in types {
        #expect(file.contains("t-\(type)"))
        expect(
          refusal { try file.tensor(named: "t-\(type)") },
          says: ["'t-\(type)'", "'\(type)'", "F32, BF16, F16", "convert"])
      }
    }
  }

  // MARK: The frame

  @Test func refusesAFrameThatCannotBe() throws {
    try withFolder { folder in
      func sentence(_ bytes: [UInt8]) throws -> String {
        let path = try folder.write("x", bytes)
        let message = refusal { try SafetensorsFile(path: path) }
        #expect(message.contains(path))
        return message
      }
      expect(try sentence([]), says: ["an empty file", "get the file again"])
      expect(try sentence([1, 0, 0, 0, 0, 0, 0]), says: ["holds 7 bytes", "too few"])
      expect(
        try sentence(safetensors("{}", data: [], claimedHeaderLength: 3)),
        says: ["holds 10 bytes, header claims 11", "the file is truncated; download it again"])
      expect(
        try sentence(safetensors("{}", data: [], claimedHeaderLength: 100_000_001)),
        says: ["100000001", "limit of 100000000"])
      expect(try sentence(safetensors("{}", data: [], claimedHeaderLength: .max)), says: ["\(UInt64.max)", "limit"])
      expect(try sentence(safetensors("", data: [])), says: ["does not begin with '{'"])
      expect(try sentence(safetensors(" {}", data: [])), says: ["does not begin with '{'"])
      expect(
        try sentence(Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8)),
        says: ["Git LFS pointer", "git lfs pull"])
    }
  }

  // MARK: The entries

  static let badHeaders = [
    BadHeader(
      "{" + entry("a", "F32", "[4]", "[0,16]") + "}", 12, "header claims", "the file is truncated; download it"),
    BadHeader("{" + entry("a", "F32", "[4]", "[0,16]") + "}", 17, "header claims", "belongs to no tensor"),
    BadHeader("{}", 1, "belongs to no tensor"),
    BadHeader("{" + entry("a", "F32", "[4]", "[4,20]") + "}", 20, "4 bytes before tensor 'a'", "belong to none"),
    BadHeader(
      "{\(entry("a", "F32", "[4]", "[0,16]")),\(entry("b", "F32", "[4]", "[12,28]"))}", 28, "'a' and 'b' overlap"),
    BadHeader(
      "{\(entry("a", "F32", "[4]", "[0,16]")),\(entry("b", "F32", "[4]", "[0,16]"))}", 16, "'a' and 'b' overlap"),
    BadHeader("{" + entry("a", "F32", "[3]", "[0,16]") + "}", 16, "'a'", "[3] of F32", "contradicts its 16 bytes"),
    BadHeader("{" + entry("a", "I64", "[3]", "[0,16]") + "}", 16, "[3] of I64", "contradicts"),
    BadHeader("{" + entry("a", "F32", "[-1]", "[0,4]") + "}", 4, "[-1] is absurd"),
    BadHeader("{" + entry("a", "F32", "[-2,-2]", "[0,16]") + "}", 16, "[-2, -2] is absurd"),
    BadHeader("{" + entry("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0, "is absurd"),
    BadHeader("{" + entry("a", "F32", "[0,4294967296,4294967296]", "[0,0]") + "}", 0, "is absurd"),
    BadHeader("{" + entry("a", "F32", "[4611686018427387904]", "[0,0]") + "}", 0, "contradicts"),
    BadHeader(
      "{" + entry("a", "F32", "[\(Array(repeating: "1", count: 17).joined(separator: ","))]", "[0,4]") + "}", 4,
      "[1, 1, 1, 1, 1, 1, 1, 1, …] is absurd"),
    BadHeader("{" + entry("a", "F32", "[1]", "[4,0]") + "}", 4, "[4, 0] are not a begin and an end"),
    BadHeader("{" + entry("a", "F32", "[1]", "[-4,0]") + "}", 4, "[-4, 0] are not"),
    BadHeader("{" + entry("a", "F32", "[1]", "[0]") + "}", 4, "[0] are not"),
    BadHeader("{" + entry("a", "F32", "[1]", "[0,4,8]") + "}", 4, "are not a begin and an end"),
    BadHeader("{" + entry("a", "F32", "[1]", "[9223372036854775803,9223372036854775807]") + "}", 4, "are not a begin"),
    BadHeader("{" + entry("a", "F32", "[1]", "[0,9223372036854775808]") + "}", 4, "whole numbers"),
    BadHeader("{" + entry("a", "F32", "[1.0]", "[0,4]") + "}", 4, "whole numbers"),
    BadHeader("{" + entry("a", "F32", "[1e0]", "[0,4]") + "}", 4, "whole numbers"),
    BadHeader("{" + entry("a", "F32", "1", "[0,4]") + "}", 4, "lacks a dtype, a shape or data_offsets"),
    BadHeader(#"{"a":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}"#, 4, "lacks a dtype"),
    BadHeader(#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "lacks a dtype"),
    BadHeader(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "lacks"),
    BadHeader(#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "lacks"),
    BadHeader(#"{"a":[1]}"#, 4, "'a'", "lacks"),
    BadHeader(#"{"__metadata__":{"format":1}}"#, 0, "__metadata__", "object of strings"),
    BadHeader(#"{"__metadata__":"format"}"#, 0, "__metadata__", "object of strings"),
    BadHeader(
      "{\(entry("a", "F32", "[1]", "[0,4]")),\(entry("a", "F32", "[1]", "[4,8]"))}", 8, "'a' occurs twice"),
    BadHeader(#"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, 4, "'shape' occurs twice"),
    BadHeader("{\(entry("a\\u0007", "F32", "[1]", "[0,8]"))}", 8, "'a?'", "contradicts"),
    BadHeader("{\(entry(String(repeating: "n", count: 500), "F32", "[1]", "[0,8]"))}", 8, "nnn…'"),
  ]

  @Test(arguments: badHeaders)
  func refusesBadEntries(_ bad: BadHeader) throws {
    try withFolder { folder in
      let path = try folder.write("x", safetensors(bad.header, data: [UInt8](repeating: 0, count: bad.byteCount)))
      let message = refusal { try SafetensorsFile(path: path) }
      expect(message, says: bad.words + [path, "again"])
    }
  }

  // MARK: JSON

  @Test(arguments: ["{", "{\"a\":1,}", "{} {}", "{\"a\":tru}", "{\"\\ud800\":1}"])
  func refusesWhatIsNotJSON(_ header: String) throws {
    try withFolder { folder in
      let path = try folder.write("x", safetensors(header, data: []))
      expect(
        refusal { try SafetensorsFile(path: path) },
        says: ["cannot read the header of", "not JSON at byte", path, "again"])
    }
  }

  @Test(arguments: ["[", "{\"a\":"])
  func refusesDeepNesting(_ opening: String) throws {
    try withFolder { folder in
      let path = try folder.write("x", safetensors("{\"a\":" + String(repeating: opening, count: 100_000), data: []))
      expect(refusal { try SafetensorsFile(path: path) }, says: ["nested deeper than 64", path])
    }
  }

  /// Strings take the two names for one, so a tensor could not be asked for.
  @Test func refusesNamesThatDifferInNothingButComposition() throws {
    try withFolder { folder in
      let header = "{\(entry("\\u00e9", "F32", "[1]", "[0,4]")),\(entry("e\\u0301", "F32", "[1]", "[4,8]"))}"
      let path = try folder.write("x", safetensors(header, data: [UInt8](repeating: 0, count: 8)))
      expect(refusal { try SafetensorsFile(path: path) }, says: ["occurs twice", "composed and decomposed", path])
      let metadata = #"{"__metadata__":{"\u00e9":"1","e\u0301":"2"}}"#
      let other = try folder.write("y", safetensors(metadata, data: []))
      expect(refusal { try SafetensorsFile(path: other) }, says: ["occurs twice", "composed and decomposed", other])
    }
  }

  @Test func refusesMoreValuesThanAnyModelNeeds() throws {
    try withFolder { folder in
      let header = "{\"a\":[0" + String(repeating: ",0", count: 1 << 22) + "]}"
      let path = try folder.write("x", safetensors(header, data: []))
      expect(refusal { try SafetensorsFile(path: path) }, says: ["more than 4194304 values", path])
    }
  }

  @Test func refusesTextThatIsNotUTF8() throws {
    try withFolder { folder in
      let json = Array("{\"a".utf8) + [0xC3, 0x28] + Array("\":1}".utf8)
      let path = try folder.write("x", littleEndian([UInt64(json.count)]) + json)
      expect(refusal { try SafetensorsFile(path: path) }, says: ["not UTF-8", path])
    }
  }

  @Test func otherValidJSONIsReadAndThenRefusedAsAnEntry() throws {
    for value in [
      "true", "false", "null", "-0", "0.5", "1E-7", "1e+9", "123456789012345678901234567890", "[]", "[[{}]]",
    ] {
      try withFolder { folder in
        let path = try folder.write("x", safetensors("{\"a\":\(value)}", data: []))
        expect(refusal { try SafetensorsFile(path: path) }, says: ["'a'", "lacks"])
      }
    }
  }
}
