import Foundation
import HDF5
import Testing
import TestSupport

/// Strings of variable length, and files that are written by one process and by all in turn.
@Suite(.serialized) struct TextsTests {
  @Test func textsOfAnyLength() throws {
    try SharedFolder.run { world, folder in
      let path = folder.path("rank-\(world.rank).h5")
      let texts = ["", "Zürich", "日本", String(repeating: "long ", count: 40_000), "a\nb", "end"]
      let file = try File.create(path, communicator: nil)
      let whole = try file.createDataset("whole", type: .text, shape: [2, 3])
      try whole.writeWhole(texts)
      let pieces = try file.createDataset("pieces", type: .text, shape: [6], chunk: [4], compression: 1)
      try pieces.write(Array(texts[1..<5]), at: [1], count: [4])
      #expect(throws: HDF5Error.self) { try pieces.write(["a\0b"], at: [0], count: [1]) }
      let single = try file.createDataset("single", type: .text, shape: [])
      try single.writeWhole(["ein Wort"])
      #expect(try single.readStrings() == ["ein Wort"])
      let none = try file.createDataset("none", type: .text, shape: [0])
      let letters = try file.createDataset("letters", type: .string(length: 1), shape: [2, 3])
      try letters.write(characters: Array("ab\0de\0".utf8), at: [0, 0], count: [2, 3])
      #expect(try none.readStrings() == [])
      try file.close()
      let again = try File.open(path)
      let stored = try again.openDataset("whole")
      #expect(stored.elementType == .text && stored.shape == [2, 3])
      #expect(try stored.readStrings() == texts)
      #expect(try stored.readStrings(at: [1, 0], count: [1, 2]) == [texts[3], "a\nb"])
      // What was never written is an empty text.
      #expect(try again.openDataset("pieces").readStrings() == [""] + texts[1..<5] + [""])
      #expect(try again.openDataset("letters").readStrings() == ["a", "b", "", "d", "e", ""])
      #expect(throws: HDF5Error.self) { try again.openDataset("whole").read(Int64.self) }
      try again.close()
    }
  }

  @Test func oneProcessBeginsAndAllGoOn() throws {
    try SharedFolder.run { world, folder in
      let path = folder.path("shared.h5")
      try world.agree {
        guard world.rank == 0 else { return }
        let file = try File.create(path, communicator: nil)
        let texts = try file.createDataset("texts", type: .text, shape: [2])
        try texts.writeWhole(["eins", "zwei"])
        _ = try file.createDataset("rows", type: .int32, shape: [4 * world.size], chunk: [4], compression: 1)
        try file.close()
      }
      let shared = try File.update(path, communicator: world)
      let rows = try shared.openDataset("rows")
      try rows.write((0..<4).map { Int32($0 + 10 * world.rank) }, at: [4 * world.rank], count: [4])
      try rows.close()
      try shared.close()
      try world.barrier()
      let file = try File.open(path)
      #expect(try file.openDataset("texts").readStrings() == ["eins", "zwei"])
      #expect(
        try file.openDataset("rows").read(Int32.self)
          == (0..<world.size).flatMap { rank in (0..<4).map { Int32($0 + 10 * rank) } })
      try file.close()
      try world.barrier()
    }
  }
}
