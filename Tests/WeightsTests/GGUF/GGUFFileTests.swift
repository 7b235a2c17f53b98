import Basics
import Foundation
import TestSupport
import Testing
import Weights

/// Sound GGUF files: what is in them is found, whatever its type.
@Suite struct GGUFFileTests {
  @Test func hasValuesOfEveryType() throws {
    var writer = GGUFWriter()
    writer.metadata = [
      ("u8", .init(type: 0, bytes: [200])), ("i8", .init(type: 1, bytes: [0xFB])),
      ("u16", .init(type: 2, bytes: littleEndian([UInt16(60_000)]))),
      ("i16", .init(type: 3, bytes: littleEndian([Int16(-30_000)]))), ("u32", .number(4_000_000_000)),
      ("i32", .init(type: 5, bytes: littleEndian([Int32(-7)]))), ("f32", .float(1.5)), ("yes", .flag(true)),
      ("text", .text("Gödel, ∅ and 🦉")), ("u64", .init(type: 10, bytes: littleEndian([UInt64(1) << 62]))),
      ("i64", .init(type: 11, bytes: littleEndian([Int64.min]))),
      ("f64", .init(type: 12, bytes: littleEndian([(-2.25).bitPattern]))),
      ("huge", .init(type: 10, bytes: littleEndian([UInt64.max]))),
      ("words", .array(8, [.text(""), .text("ß")])), ("numbers", .array(4, [.number(3), .number(1)])),
      ("floats", .array(6, [.float(0.5), .float(-1)])), ("flags", .array(7, [.flag(true), .flag(false)])),
      ("none", .array(8, [])),
    ]
    let metadata = try open(writer).metadata
    #expect(metadata.keys == writer.metadata.map(\.key) && metadata.has("u8") && !metadata.has("u9"))
    #expect(try metadata.integer("u8") == 200 && metadata.integer("i8") == -5 && metadata.integer("u16") == 60_000)
    #expect(try metadata.integer("i16") == -30_000 && metadata.integer("u32") == 4_000_000_000)
    #expect(try metadata.integer("i32") == -7 && metadata.integer("u64") == 1 << 62)
    #expect(try metadata.integer("i64") == .min && metadata.integer("absent") == nil)
    #expect(try metadata.number("f32") == 1.5 && metadata.number("f64") == -2.25 && metadata.number("u8") == 200)
    #expect(try metadata.flag("yes") == true && metadata.text("text") == "Gödel, ∅ and 🦉")
    #expect(try metadata.texts("words") == ["", "ß"] && metadata.texts("none") == [])
    #expect(try metadata.integers("numbers") == [3, 1] && metadata.numbers("floats") == [0.5, -1])
    #expect(try metadata.flags("flags") == [true, false] && metadata.count(of: "words") == 2)
    expect(refusal { try metadata.integer("huge") }, says: ["'huge'", "18446744073709551615"])
    expect(refusal { try metadata.text("u8") }, says: ["'u8'", "a whole number", "a text"])
    expect(refusal { try metadata.integer("words") }, says: ["'words'", "an array of texts"])
  }

  @Test func hasTensorsOfEveryType() throws {
    var writer = GGUFWriter()
    var random = SeededNumbers(seed: 9)
    var expected: [String: [Float]] = [:]
    for (name, reference) in BlockReference.all.sorted(by: { $0.key < $1.key }) {
      let bytes = reference.random(3 * 512 / reference.size, &random)
      writer.tensors.append(.init(name, [3, 512], type: reference.type, bytes: bytes))
      expected[name] = reference.values(bytes)
    }
    let plain: [Float] = [1, -2, 0.5]
    writer.tensors.append(.init("F32", [3], plain))
    writer.tensors.append(.init("F16", [3], type: 1, bytes: littleEndian(plain.map { Float16($0).bitPattern })))
    writer.tensors.append(
      .init("BF16", [3], type: 30, bytes: littleEndian(plain.map { UInt16($0.bitPattern >> 16) })))
    let file = try open(writer)
    #expect(file.names == writer.tensors.map(\.name).sorted() && file.unreadable.isEmpty)
    for (name, values) in expected {
      let tensor = try file.tensor(named: name)
      #expect(tensor.shape == [3, 512] && tensor.format.rawValue == name && tensor.float32Pointer == nil)
      #expect(tensor.values.map(\.bitPattern) == values.map(\.bitPattern), "\(name)")
      // A rectangle that cuts blocks, and extremes and moments of what the blocks stand for.
      let part = (1..<3).flatMap { row in values[row * 512 + 100..<row * 512 + 391] }
      #expect(tensor.rectangle(1..<3, 100..<391).map(\.bitPattern) == part.map(\.bitPattern), "\(name)")
      #expect(tensor.extremes() == (values.min() ?? .nan, values.max() ?? .nan))
      #expect(abs(tensor.moments().mean - values.reduce(0) { $0 + Double($1) } / 1536) < 1e-9)
    }
    for name in ["F32", "F16", "BF16"] { #expect(try file.tensor(named: name).values == plain) }
  }

  @Test func readsVersion2AndOtherAlignments() throws {
    var writer = GGUFWriter()
    writer.version = 2
    writer.alignment = 128
    writer.metadata = [("general.alignment", .number(128))]
    writer.tensors = [.init("a", [2], [1, 2]), .init("b", [1, 2], [3, 4])]
    let file = try open(writer)
    #expect(try file.tensor(named: "a").values == [1, 2] && file.tensor(named: "b").values == [3, 4])
    #expect(try file.tensor(named: "b").byteOffset.isMultiple(of: 128))
  }

  @Test func namesTensorsAsTransformersDoes() throws {
    var writer = GGUFWriter()
    writer.metadata = [("general.architecture", .text("gemma2"))]
    let names = [
      "token_embd.weight", "blk.3.attn_q.weight", "blk.12.ffn_norm.weight", "blk.0.post_ffw_norm.weight",
      "output_norm.weight", "rope_freqs.weight", "blk.x", "blk..attn_q",
    ]
    writer.tensors = names.enumerated().map { .init($1, [1], [Float($0)]) }
    try withFolder { folder in
      let path = try folder.write("model.gguf", writer.bytes)
      let checkpoint = try Checkpoint(path: path)
      let expected = [
        "model.embed_tokens.weight", "model.layers.3.self_attn.q_proj.weight",
        "model.layers.12.pre_feedforward_layernorm.weight", "model.layers.0.post_feedforward_layernorm.weight",
        "model.norm.weight", "rope_freqs.weight", "blk.x", "blk..attn_q",
      ]
      #expect(checkpoint.names == expected.sorted() && checkpoint.gguf != nil && checkpoint.listing == path)
      for (number, name) in expected.enumerated() {
        let tensor = try checkpoint.tensor(name, shape: [1])
        #expect(tensor.values == [Float(number)] && tensor.name == name && checkpoint.contains(name))
      }
      expect(refusal { try checkpoint.tensor("model.norm.weight", shape: [2]) }, says: ["[1]", "[2]", "metadata"])
      expect(refusal { try checkpoint.tensor(named: "lm_head.weight") }, says: ["lm_head.weight", path])
      #expect(checkpoint.unsoundTensor(first: []) == nil)
    }
  }

  @Test func findsWhatIsNotFinite() throws {
    let reference = try #require(BlockReference.all["Q4_K"])
    var random = SeededNumbers(seed: 1)
    var bytes = reference.random(4, &random)
    (bytes[2 * 144], bytes[2 * 144 + 1]) = (0, 0x7C)
    var writer = GGUFWriter()
    writer.tensors = [.init("fine", [1], [1]), .init("odd", [2, 512], type: reference.type, bytes: bytes)]
    try withFolder { folder in
      let checkpoint = try Checkpoint(path: try folder.write("model.gguf", writer.bytes))
      #expect(checkpoint.unsoundTensor(first: ["fine"])?.name == "odd")
      #expect(try checkpoint.tensor(named: "odd").extremes().largest.isNaN)
    }
  }

  // MARK: Parts

  @Test func findsAllPartsFromAnyOfThem() throws {
    try withFolder { folder in
      let paths = try parts(in: folder)
      for path in paths {
        let file = try GGUFFile(path: path)
        #expect(file.files.map(\.path) == paths && file.path == paths[0])
        #expect(file.names == ["t0", "t1", "t2"] && file.metadata.has("general.name"))
        for index in 0..<3 { #expect(try file.tensor(named: "t\(index)").values == [Float(index)]) }
      }
    }
  }

  @Test func refusesPartsThatDoNotBelongTogether() throws {
    func sentence(_ change: (TestFolder, [String]) throws -> String) throws -> String {
      try withFolder { folder in
        let path = try change(folder, try parts(in: folder))
        return refusal { try GGUFFile(path: path) }
      }
    }
    expect(
      try sentence { _, paths in
        try FileManager.default.removeItem(atPath: paths[1])
        return paths[0]
      }, says: ["m-00002-of-00003.gguf", "download that part"])
    expect(
      try sentence { folder, paths in
        try FileManager.default.moveItem(atPath: paths[1], toPath: folder.path + "/other.gguf")
        return folder.path + "/other.gguf"
      }, says: ["part 2 of 3", "-00002-of-00003.gguf", "give all parts the names"])
    expect(
      try sentence { folder, paths in
        try folder.write("m-00002-of-00003.gguf", part(2, of: 3, tensor: "t1").bytes)
        return paths[0]
      }, says: ["split.no", "part 2 of 3"])
    expect(
      try sentence { folder, paths in
        try folder.write("m-00002-of-00003.gguf", part(1, of: 3, tensor: "t0").bytes)
        return paths[0]
      }, says: ["'t0'", "earlier part"])
    expect(
      try sentence { folder, _ in
        try folder.write("m-00001-of-00003.gguf", part(0, of: 3, tensor: "t0", total: 4).bytes)
      }, says: ["split.tensors.count", "4", "3"])
    expect(
      try sentence { folder, _ in try folder.write("x.gguf", part(3, of: 3, tensor: "t0").bytes) },
      says: ["split.no", "3 of 3"])
  }

  private func part(_ index: Int, of count: Int, tensor: String, total: Int = 3) -> GGUFWriter {
    var writer = GGUFWriter()
    writer.metadata = [
      ("split.no", .init(type: 2, bytes: littleEndian([UInt16(index)]))),
      ("split.count", .init(type: 2, bytes: littleEndian([UInt16(count)]))),
      ("split.tensors.count", .init(type: 5, bytes: littleEndian([Int32(total)]))),
    ]
    if index == 0 { writer.metadata.append(("general.name", .text("whole"))) }
    writer.tensors = [.init(tensor, [1], [Float(index)])]
    return writer
  }

  private func parts(in folder: TestFolder) throws -> [String] {
    try (0..<3).map {
      try folder.write("m-0000\($0 + 1)-of-00003.gguf", part($0, of: 3, tensor: "t\($0)").bytes)
    }
  }

  private func open(_ writer: GGUFWriter) throws -> GGUFFile {
    try withFolder { try GGUFFile(path: $0.write("model.gguf", writer.bytes)) }
  }
}
