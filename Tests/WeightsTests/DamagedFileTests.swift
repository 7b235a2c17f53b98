import Foundation
import Testing
import TestSupport
import Weights

/// Files with random damage: opening one either succeeds or throws a `WeightsError`.
@Suite struct DamagedFileTests {
  enum Damage: CaseIterable, Sendable {
    case flip, insert, delete

    func apply(to bytes: inout [UInt8], first count: Int, _ generator: inout SeededNumbers) {
      let place = Int(generator.next() % UInt64(count))
      switch self {
      case .flip: bytes[place] ^= UInt8(1) << UInt8(generator.next() % 8)
      case .insert: bytes.insert(Self.characters[Int(generator.next() % 32)], at: place)
      case .delete: bytes.remove(at: place)
      }
    }

    /// Such that inserted bytes often leave JSON that is still well formed.
    private static let characters = Array("0123456789-+.eE,:[]{}\"\\ \nantuFB\u{0}".utf8)
  }

  private static let roundCount = 2000

  /// Damages the first `count` bytes of the file `name` in 1 to 3 places, 2,000 times, each time reading all tensors
  /// that `open` finds; returns how often there was nothing to refuse. `others` are the undamaged files beside it.
  private func survivors(
    of original: [UInt8], first count: Int, _ damage: Damage, seed: UInt64, name: String = "model.bin",
    others: [String: [UInt8]] = [:], _ open: (_ folder: String, _ file: String) throws -> [Tensor]
  ) throws -> Int {
    var generator = SeededNumbers(seed: seed)
    var survivorCount = 0
    try withFolder { folder in
      for (name, bytes) in others { try folder.write(name, bytes) }
      for _ in 0..<Self.roundCount {
        var bytes = original
        for _ in 0...Int(generator.next() % 3) { damage.apply(to: &bytes, first: count - 3, &generator) }
        let path = try folder.write(name, bytes)
        do {
          for tensor in try open(folder.path, path) {
            #expect(tensor.values.count == tensor.elementCount)
            if tensor.elementCount > 0 { _ = tensor.extremes() }
          }
          survivorCount += 1
        } catch is WeightsError {}
        // Removed, not overwritten: a file must not be shortened while it is mapped.
        try FileManager.default.removeItem(atPath: path)
      }
    }
    return survivorCount
  }

  @Test(arguments: Damage.allCases)
  func damagedSafetensors(_ damage: Damage) throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
      + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"#
      + #""c":{"dtype":"F16","shape":[1],"data_offsets":[32,34]}}"#
    let original = safetensors(header + "  ", data: (0..<34).map { UInt8($0) })
    let count = try survivors(of: original, first: original.count, damage, seed: 1) { _, path in
      let file = try SafetensorsFile(path: path)
      return try file.names.filter { file.unreadable[$0] == nil }.map { try file.tensor(named: $0) }
    }
    // Names and weights may change; every byte too many or too few in the data must be noticed.
    #expect(count < Self.roundCount)
    #expect(damage != .flip || count > 0)
  }

  @Test(arguments: Damage.allCases, [0, 1])
  func damagedLlama2C(_ damage: Damage, _ version: Int) throws {
    let model = TinyLlama2C(version: version)
    let count = try survivors(of: model.bytes, first: version == 0 ? 28 : 256, damage, seed: 2) { _, path in
      let checkpoint = try Checkpoint(path: path)
      return try checkpoint.names.map { try checkpoint.tensor(named: $0) }
    }
    #expect(count < Self.roundCount)
    #expect(damage == .flip || count == 0, "the length of the file no longer fits")
  }

  @Test(arguments: Damage.allCases)
  func damagedIndex(_ damage: Damage) throws {
    let original = Array(#"{"metadata":{"size":1},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}"#.utf8)
    let shards = ["1.safetensors": safetensors([("a", [1], [1])]), "2.safetensors": safetensors([("b", [1], [1])])]
    let name = "model.safetensors.index.json"
    let count = try survivors(of: original, first: original.count, damage, seed: 3, name: name, others: shards) {
      folder, _ in
      let checkpoint = try Checkpoint(path: folder)
      return try checkpoint.names.map { try checkpoint.tensor(named: $0) }
    }
    #expect(count > 0 && count < Self.roundCount)
  }

  @Test(arguments: Damage.allCases)
  func damagedGGUF(_ damage: Damage) throws {
    var (writer, random) = (GGUFWriter(), SeededNumbers(seed: 4))
    writer.metadata = [
      ("general.architecture", .text("llama")), ("n", .number(7)), ("words", .array(8, [.text("a"), .text("bc")])),
      ("flags", .array(7, [.flag(true), .flag(false)])), ("x", .float(0.5)),
    ]
    let blocks = try #require(BlockReference.all["Q4_0"])
    writer.tensors = [
      .init("token_embd.weight", [2, 3], [1, 2, 3, 4, 5, 6]),
      .init("blk.0.attn_q.weight", [3, 32], type: blocks.type, bytes: blocks.random(3, &random)),
      .init("half", [2], type: 1, bytes: [0, 0x3C, 0, 0xC0]),
    ]
    let original = writer.bytes
    let count = try survivors(of: original, first: original.count, damage, seed: 6, name: "model.gguf") { _, path in
      let file = try GGUFFile(path: path)
      for key in file.metadata.keys {
        _ = try? file.metadata.texts(key)
        _ = try? file.metadata.integers(key)
        _ = try? file.metadata.flags(key)
        _ = try? file.metadata.number(key)
      }
      return try file.names.filter { file.unreadable[$0] == nil }.map { try file.tensor(named: $0) }
    }
    // Names and numbers may change; what is too short must be noticed.
    #expect(count < Self.roundCount)
  }
}
