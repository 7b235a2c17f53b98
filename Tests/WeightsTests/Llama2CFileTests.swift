import Foundation
import Testing
import Weights

/// A small llama2.c file whose n-th float is n.
struct TinyLlama2C {
  var version = 0
  var sizes: [Int32] = [8, 6, 2, 2, 1, 5, 4]
  var isShared = true

  var header: [UInt8] {
    var sizes = sizes
    if version == 0 {
      if !isShared { sizes[5] = -sizes[5] }
      return littleEndian(sizes)
    }
    let start = littleEndian([0x616B_3432, Int32(version)]) + littleEndian(sizes) + [isShared ? 1 : 0]
    return start + [UInt8](repeating: 0, count: 256 - start.count)
  }

  /// Embedding 5×8, per layer norms 8 + 8, q and o 8×8, k and v 4×8, gate, down and up 6×8, final norm 8; tables 4×2×2.
  var floatCount: Int {
    40 + 2 * (16 + 128 + 64 + 144) + 8 + (version == 0 ? 16 : 0) + (isShared ? 0 : 40)
  }

  var bytes: [UInt8] { header + littleEndian((0..<floatCount).map { Float($0) }) }
}

@Suite struct Llama2CFileTests {
  private func open(_ model: TinyLlama2C) throws -> Llama2CFile {
    try withFolder { try Llama2CFile(path: $0.write("model.bin", model.bytes)) }
  }

  /// The first value of each tensor tells where in the file it lies.
  private func starts(_ file: Llama2CFile) throws -> [String: Float] {
    try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.tensor(named: $0).values[0]) })
  }

  @Test func version0LiesInItsOrder() throws {
    let file = try open(TinyLlama2C(isShared: false))
    #expect(
      try starts(file) == [
        "model.embed_tokens.weight": 0,
        "model.layers.0.input_layernorm.weight": 40, "model.layers.1.input_layernorm.weight": 48,
        "model.layers.0.self_attn.q_proj.weight": 56, "model.layers.1.self_attn.q_proj.weight": 120,
        "model.layers.0.self_attn.k_proj.weight": 184, "model.layers.1.self_attn.k_proj.weight": 216,
        "model.layers.0.self_attn.v_proj.weight": 248, "model.layers.1.self_attn.v_proj.weight": 280,
        "model.layers.0.self_attn.o_proj.weight": 312, "model.layers.1.self_attn.o_proj.weight": 376,
        "model.layers.0.post_attention_layernorm.weight": 440, "model.layers.1.post_attention_layernorm.weight": 448,
        "model.layers.0.mlp.gate_proj.weight": 456, "model.layers.1.mlp.gate_proj.weight": 504,
        "model.layers.0.mlp.down_proj.weight": 552, "model.layers.1.mlp.down_proj.weight": 600,
        "model.layers.0.mlp.up_proj.weight": 648, "model.layers.1.mlp.up_proj.weight": 696,
        "model.norm.weight": 744,
        "lm_head.weight": 768,
      ])
    #expect(file.header.sharesClassifier == false && file.header.vocabularySize == 5 && file.header.version == 0)
  }

  @Test func version1LiesInItsOrder() throws {
    let file = try open(TinyLlama2C(version: 1, isShared: false))
    #expect(
      try starts(file) == [
        "model.layers.0.input_layernorm.weight": 0, "model.layers.1.input_layernorm.weight": 8,
        "model.layers.0.post_attention_layernorm.weight": 16, "model.layers.1.post_attention_layernorm.weight": 24,
        "model.norm.weight": 32,
        "model.embed_tokens.weight": 40,
        "model.layers.0.self_attn.q_proj.weight": 80, "model.layers.1.self_attn.q_proj.weight": 144,
        "model.layers.0.self_attn.k_proj.weight": 208, "model.layers.1.self_attn.k_proj.weight": 240,
        "model.layers.0.self_attn.v_proj.weight": 272, "model.layers.1.self_attn.v_proj.weight": 304,
        "model.layers.0.self_attn.o_proj.weight": 336, "model.layers.1.self_attn.o_proj.weight": 400,
        "model.layers.0.mlp.gate_proj.weight": 464, "model.layers.1.mlp.gate_proj.weight": 512,
        "model.layers.0.mlp.down_proj.weight": 560, "model.layers.1.mlp.down_proj.weight": 608,
        "model.layers.0.mlp.up_proj.weight": 656, "model.layers.1.mlp.up_proj.weight": 704,
        "lm_head.weight": 752,
      ])
    #expect(file.header.sharesClassifier == false && file.header.version == 1)
  }

  @Test(arguments: [0, 1]) func shapesAreOutByIn(_ version: Int) throws {
    let file = try open(TinyLlama2C(version: version))
    let shapes = [
      "model.embed_tokens.weight": [5, 8], "model.norm.weight": [8],
      "model.layers.1.input_layernorm.weight": [8], "model.layers.1.post_attention_layernorm.weight": [8],
      "model.layers.1.self_attn.q_proj.weight": [8, 8], "model.layers.1.self_attn.k_proj.weight": [4, 8],
      "model.layers.1.self_attn.v_proj.weight": [4, 8], "model.layers.1.self_attn.o_proj.weight": [8, 8],
      "model.layers.1.mlp.gate_proj.weight": [6, 8], "model.layers.1.mlp.down_proj.weight": [8, 6],
      "model.layers.1.mlp.up_proj.weight": [6, 8],
    ]
    for (name, shape) in shapes {
      let tensor = try file.tensor(named: name)
      #expect(tensor.shape == shape && tensor.format == .float32 && tensor.float32Pointer != nil)
    }
    #expect(file.names.count == 20)
    #expect(file.contains("model.norm.weight") && !file.contains("lm_head.weight"))
    expect(refusal { try file.tensor(named: "lm_head.weight") }, says: ["'lm_head.weight'", "2 layers", "cannot find"])
    let header = file.header
    #expect((header.hiddenSize, header.intermediateSize, header.layerCount) == (8, 6, 2))
    #expect((header.headCount, header.keyValueHeadCount, header.headSize, header.keyValueSize) == (2, 1, 4, 4))
    #expect((header.vocabularySize, header.contextLength, header.sharesClassifier) == (5, 4, true))
  }

  // MARK: Refusals

  private func sentence(_ bytes: [UInt8]) throws -> String {
    try withFolder { folder in
      let path = try folder.write("model.bin", bytes)
      let message = refusal { try Llama2CFile(path: path) }
      #expect(message.contains(path))
      return message
    }
  }

  @Test func refusesOtherVersions() throws {
    expect(try sentence(TinyLlama2C(version: 2).bytes), says: ["version 2", "int8", "export"])
    expect(try sentence(TinyLlama2C(version: 7).bytes), says: ["version 7", "version 0 or 1"])
    expect(try sentence(TinyLlama2C(version: -1).bytes), says: ["version -1"])
  }

  @Test(arguments: [0, 1]) func refusesEveryOtherSize(_ version: Int) throws {
    let model = TinyLlama2C(version: version)
    let size = model.bytes.count
    expect(try sentence(model.bytes.dropLast(4)), says: ["holds \(size - 4) bytes", "\(version) makes \(size);"])
    expect(try sentence(model.bytes + [0]), says: ["holds \(size + 1) bytes", "\(version) makes \(size);"])
    expect(try sentence(Array(model.bytes.prefix(27))), says: ["holds 27 bytes", "too few"])
    expect(try sentence([]), says: ["an empty file"])
    if version == 1 { expect(try sentence(Array(model.bytes.prefix(255))), says: ["holds 255 bytes", "truncated"]) }
  }

  @Test(arguments: [0, 1]) func refusesImplausibleSizes(_ version: Int) throws {
    let names = ["dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len"]
    for (index, name) in names.enumerated() {
      for size in [0, -1, Int32.max, Int32.min] where !(version == 0 && name == "vocab_size" && size == -1) {
        var model = TinyLlama2C(version: version)
        model.sizes[index] = size
        expect(try sentence(model.bytes), says: ["its \(name) is ", "check that it is a llama2.c file"])
      }
    }
    expect(
      try sentence(TinyLlama2C(version: version, sizes: [8, 6, 2, 3, 1, 5, 4]).bytes), says: ["3 heads", "dim 8"])
    expect(
      try sentence(TinyLlama2C(version: version, sizes: [6, 6, 2, 2, 1, 5, 4]).bytes), says: ["2 heads", "dim 6"])
    expect(
      try sentence(TinyLlama2C(version: version, sizes: [8, 6, 2, 2, 3, 5, 4]).bytes), says: ["3 kv heads", "2 heads"])
    let huge: Int32 = 1 << 28
    expect(
      try sentence(TinyLlama2C(version: version, sizes: [huge, huge, 1 << 14, 2, 1, huge, huge]).bytes),
      says: ["more than any file has"])
  }

  @Test func refusesAHeaderOfVersion1WithMoreInIt() throws {
    var bytes = TinyLlama2C(version: 1).bytes
    bytes[36] = 2
    expect(try sentence(bytes), says: ["holds 2 as classifier flag"])
    bytes[36] = 1
    bytes[255] = 1
    expect(try sentence(bytes), says: ["more after it"])
  }

  @Test func namesWhatTheFileIsInstead() throws {
    let rest = [UInt8](repeating: 0, count: 100)
    expect(try sentence(Array("GGUF".utf8) + rest), says: ["GGUF", "name the file itself"])
    let member = [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [10, 0, 0, 0] + Array("m/data.pkl".utf8)
    expect(try sentence(member + rest), says: ["PyTorch", "save_pretrained"])
    expect(try sentence(Array("version https://git-lfs.github.com/spec/v1\n".utf8)), says: ["Git LFS", "git lfs pull"])
    expect(try sentence(safetensors([("a", [1], [1])])), says: ["safetensors file", "name the folder"])
  }
}
