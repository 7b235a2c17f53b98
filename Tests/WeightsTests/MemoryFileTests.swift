import Basics
import Testing
import Weights

@Suite struct MemoryFileTests {
  @Test func bytesAreZeroUntilTheyAreWritten() throws {
    let file = try MemoryFile(byteCount: 10_000, name: "some weights")
    #expect(try file.withBytes { $0.count == 10_000 && $0.allSatisfy { $0 == 0 } })
    try file.withBytes { $0[9_999] = 7 }
    let mapped = try file.mapped(as: "m (random weights, seed 0)")
    #expect(mapped.path == "m (random weights, seed 0)" && mapped.byteCount == 10_000)
    #expect(mapped.bytes[9_999] == 7 && mapped.bytes[0] == 0)
    try mapped.checkUnchanged()
  }

  @Test func whatIsMappedOutlivesTheFile() throws {
    func make() throws -> MappedFile {
      let file = try MemoryFile(byteCount: 3, name: "some weights")
      try file.withBytes { $0.copyBytes(from: [1, 2, 3]) }
      return try file.mapped(as: "m")
    }
    let mapped = try make()
    #expect(Array(mapped.bytes) == [1, 2, 3])
    // More than a process may hold open at a time.
    for _ in 0..<3000 { #expect(try make().byteCount == 3) }
  }

  @Test func anAddressLeadsToTheSameBytes() throws {
    let file = try MemoryFile(byteCount: 100, name: "some weights")
    let other = try #require(MemoryFile(at: file.address))
    #expect(other.byteCount == 100)
    try other.withBytes { $0[50] = 9 }
    #expect(try file.withBytes { $0[50] } == 9)
  }

  @Test func anAddressOfAnythingElseLeadsNowhere() throws {
    let file = try MemoryFile(byteCount: 100, name: "some weights")
    let others = [try MemoryFile(byteCount: 100, name: "others"), try MemoryFile(byteCount: 100, name: "others")]
    for place in file.address.indices {
      var address = file.address
      address[place] += 1
      #expect(MemoryFile(at: address) == nil)
    }
    #expect(MemoryFile(at: []) == nil && others.count == 2)
  }

  @Test func memoryThatNoMachineHasIsRefused() {
    let sentence = refusal { try MemoryFile(byteCount: 1 << 62, name: "m") }
    expect(
      sentence,
      says: ["cannot hold 'm' in 4611686018427387904 bytes of memory", "are available; use a machine with more"])
  }

  @Test func aLayoutHasItsTexts() throws {
    let layout = SafetensorsLayout([("a", [2])], format: .float32, metadata: [("k", "8"), ("kind", "topk")])
    let memory = try MemoryFile(byteCount: layout.byteCount, name: "m")
    try memory.withBytes { $0.copyBytes(from: layout.header) }
    let file = try SafetensorsFile(file: memory.mapped(as: "m"))
    #expect(file.metadata == ["k": "8", "kind": "topk"] && file.names == ["a"])
  }

  @Test func aLayoutIsReadAsItWasMeant() throws {
    let tensors = [(name: "a.weight", shape: [3, 5]), (name: "b", shape: [7]), (name: "c", shape: [0])]
    for format in NumberFormat.plain {
      let layout = SafetensorsLayout(tensors, format: format)
      #expect(layout.byteCount == layout.header.count + format.byteCount(of: 22) && layout.offsets[0] % 64 == 0)
      let memory = try MemoryFile(byteCount: layout.byteCount, name: "m")
      try memory.withBytes { $0.copyBytes(from: layout.header) }
      let checkpoint = Checkpoint(path: "m", file: try SafetensorsFile(file: memory.mapped(as: "m")))
      #expect(checkpoint.names == ["a.weight", "b", "c"] && checkpoint.path == "m" && checkpoint.files.count == 1)
      for (tensor, offset) in zip(tensors, layout.offsets) {
        let found = try checkpoint.tensor(tensor.name, shape: tensor.shape)
        #expect(found.format == format && found.byteOffset == offset)
      }
    }
  }
}
