import Foundation
import HDF5
import Testing
import TestSupport

/// Files of one process; under mpirun every rank has files of its own.
@Suite(.serialized)
struct SerialFileTests {
  private func run(_ body: (String) throws -> Void) throws {
    try SharedFolder.run { world, folder in try body(folder.path("rank-\(world.rank).h5")) }
  }

  private func roundTrip<Element: NumericElement>(_ values: [Element], _ path: String) throws {
    let file = try File.create(path, communicator: nil)
    let dataset = try file.createDataset("x", type: Element.elementType, shape: [values.count])
    try dataset.writeWhole(values)
    try dataset.close()
    try file.close()
    let reopened = try File.open(path)
    let stored = try reopened.openDataset("x")
    #expect(stored.elementType == Element.elementType)
    #expect(stored.shape == [values.count] && stored.count == values.count)
    #expect(try stored.read(Element.self) == values)
    try stored.close()
    try reopened.close()
  }

  @Test func everyElementTypeComesBackExactly() throws {
    try run { (path) throws in
      try roundTrip([Float](arrayLiteral: 0, -1.5, .infinity, .leastNonzeroMagnitude), path)
      try roundTrip([Double](arrayLiteral: .pi, -.greatestFiniteMagnitude), path)
      try roundTrip([Int16](arrayLiteral: .min, -1, .max), path)
      try roundTrip([Int32](arrayLiteral: .min, 7, .max), path)
      try roundTrip([Int64](arrayLiteral: .min, 1 << 53 + 1, .max), path)
      try roundTrip([UInt8](arrayLiteral: 0, 128, 255), path)
    }
  }

  @Test func strings() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let dataset = try file.createDataset("text", type: .string(length: 6), shape: [2, 2])
      let strings = ["", "Zürch", "日本", "a\nb"]
      try dataset.writeWhole(strings)
      #expect(try dataset.readStrings() == strings)
      #expect(try dataset.readStrings(at: [1, 0], count: [1, 1]) == ["日本"])
      #expect(throws: HDF5Error.self) { try dataset.writeWhole(["", "", "", "Zürich"]) }
      #expect(throws: HDF5Error.self) { try dataset.writeWhole(["", "", "", "a\0b"]) }
      #expect(try dataset.readStrings() == strings)
      try dataset.close()
      try file.close()
    }
  }

  @Test func blocksOfAMatrix() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let dataset = try file.createDataset("m", type: .int32, shape: [4, 5], chunk: [3, 9], compression: 4)
      try dataset.writeWhole((0..<20).map(Int32.init))
      try dataset.write([Int32](arrayLiteral: -1, -2, -3, -4), at: [2, 3], count: [2, 2])
      #expect(try dataset.read(Int32.self, at: [1, 2], count: [2, 3]) == [7, 8, 9, 12, -1, -2])
      #expect(try dataset.read(Int64.self, at: [3, 0], count: [1, 5]) == [15, 16, 17, -3, -4])
      #expect(try dataset.read(Int32.self, at: [4, 0], count: [0, 5]) == [])
      try dataset.close()
      try file.close()
    }
  }

  @Test func axesWithoutElements() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let empty = try file.createDataset("e", type: .float32, shape: [0, 3], chunk: [4, 3], compression: 1)
      try empty.writeWhole([Float]())
      #expect(try empty.read(Float.self) == [])
      let none = try file.createDataset("n", type: .string(length: 2), shape: [0])
      try none.makeScale("n")
      #expect(try none.readStrings() == [])
      try empty.attachScale(none, axis: 0)
      let single = try file.createDataset("s", type: .float64, shape: [])
      try single.writeWhole([2.5])
      #expect(try single.read(Double.self) == [2.5])
      try empty.close()
      try none.close()
      try single.close()
      try file.close()
      let reopened = try File.open(path)
      #expect(try reopened.openDataset("e").read(Float.self) == [])
      #expect(try reopened.openDataset("e").shape == [0, 3])
      try reopened.close()
    }
  }

  @Test func attributes() throws {
    try run { (path) throws in
      let long = String(repeating: "größer als 64 KiB\n", count: 12_000)
      let file = try File.create(path, communicator: nil)
      let group = try file.createGroup("g")
      try file.setAttribute("config", long)
      try file.setAttribute("format", "locus-screen")
      try group.setAttribute("empty", "")
      try group.setAttribute("count", Int64.max)
      try group.setAttribute("share", 0.25)
      try group.setAttribute("flag_values", [UInt8](0..<7))
      try group.setAttribute("region", [Int32](arrayLiteral: 64, -64))
      #expect(throws: HDF5Error.self) { try group.setAttribute("count", Int64(1)) }
      #expect(throws: HDF5Error.self) { try group.setAttribute("zero", "a\0b") }
      try group.close()
      try file.close()

      let reopened = try File.open(path)
      let stored = try reopened.openGroup("g")
      #expect(try reopened.textAttribute("config") == long)
      #expect(try reopened.textAttribute("format") == "locus-screen")
      #expect(try stored.textAttribute("empty") == "")
      #expect(try stored.integerAttribute("count") == .max)
      #expect(try stored.numberAttribute("share") == 0.25)
      #expect(try stored.listAttribute("flag_values", UInt8.self) == [UInt8](0..<7))
      #expect(try stored.listAttribute("region", Int64.self) == [64, -64])
      #expect(try stored.hasAttribute("region") && !stored.hasAttribute("absent"))
      #expect(throws: HDF5Error.self) { try stored.textAttribute("count") }
      #expect(throws: HDF5Error.self) { try stored.integerAttribute("share") }
      #expect(throws: HDF5Error.self) { try stored.integerAttribute("region") }
      #expect(throws: HDF5Error.self) { try stored.listAttribute("region", Int16.self) }
      #expect(throws: HDF5Error.self) { try stored.textAttribute("absent") }
      try stored.close()
      try reopened.close()
    }
  }

  @Test func membersInTheOrderOfCreation() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      for name in ["zebra", "ape", "monkey"] { try file.createGroup(name).close() }
      let group = try file.openGroup("ape")
      try group.createDataset("leaf", type: .uint8, shape: [1]).close()
      #expect(try file.memberNames() == ["zebra", "ape", "monkey"])
      #expect(try group.memberNames() == ["leaf"])
      #expect(try file.kind(ofMember: "ape") == .group)
      #expect(try file.kind(ofMember: "ape/leaf") == .dataset)
      #expect(try file.kind(ofMember: "absent") == nil)
      try group.close()
      try file.close()
    }
  }

  @Test func aNarrowerTypeIsRefused() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let dataset = try file.createDataset("x", type: .int64, shape: [1])
      try dataset.writeWhole([Int64](arrayLiteral: 1))
      let error = #expect(throws: HDF5Error.self) { try dataset.read(Int16.self) }
      #expect(error?.description == "reading /x in \(path) failed: int16 was expected and int64 found")
      #expect(throws: HDF5Error.self) { try dataset.read(Double.self) }
      #expect(throws: HDF5Error.self) { try dataset.readStrings() }
      try dataset.close()
      try file.close()
    }
  }

  @Test func errorsNameTheFileAndTheReason() throws {
    try run { (path) throws in
      let absent = #expect(throws: HDF5Error.self) { _ = try File.open(path) }
      #expect(absent?.description.hasPrefix("cannot open \(path): no such file or directory;") == true)
      #expect(absent?.description.contains("no such file or directory") == true)
      try Data("no HDF5 file at all".utf8).write(to: URL(fileURLWithPath: path))
      let foreign = #expect(throws: HDF5Error.self) { _ = try File.open(path) }
      #expect(foreign?.description.contains("it is no HDF5 file") == true)
      let file = try File.create(path, communicator: nil)
      let member = #expect(throws: HDF5Error.self) { _ = try file.openDataset("absent") }
      #expect(member?.description == "opening the dataset /absent in \(path) failed: object 'absent' doesn't exist")
      try file.createGroup("g").close()
      #expect(throws: HDF5Error.self) { _ = try file.createGroup("g") }
      #expect(throws: HDF5Error.self) {
        _ = try file.createDataset("huge", type: .float64, shape: [1 << 40, 1 << 40])
      }
      try file.close()
    }
  }

  @Test func aFileThatClaimsTooMuchIsRefused() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      // Chunks that are never written take no room, however many there are.
      let dataset = try file.createDataset("x", type: .float32, shape: [1 << 45], chunk: [1024])
      try dataset.write([Float](arrayLiteral: 1), at: [0], count: [1])
      let error = #expect(throws: HDF5Error.self) { try dataset.read(Float.self) }
      #expect(error?.description.contains("claims \(1 << 47) bytes") == true)
      #expect(try dataset.read(Float.self, at: [0], count: [1]) == [1])
      try dataset.close()
      try file.close()
    }
  }

  @Test func aFileCutShortIsAnErrorAndNoCrash() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let dataset = try file.createDataset("x", type: .float32, shape: [100_000])
      try dataset.writeWhole([Float](repeating: 1, count: 100_000))
      try dataset.close()
      try file.close()
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for length in stride(from: 0, to: whole.count, by: 40_009) {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(throws: HDF5Error.self) {
          let file = try File.open(path)
          _ = try file.openDataset("x").read(Float.self)
        }
      }
    }
  }

  @Test func closingAFileClosesWhatWasForgotten() throws {
    try run { (path) throws in
      let file = try File.create(path, communicator: nil)
      let group = try file.createGroup("g")
      let dataset = try group.createDataset("x", type: .uint8, shape: [1])
      try dataset.writeWhole([UInt8](arrayLiteral: 3))
      try file.close()
      #expect(throws: HDF5Error.self) { try dataset.read(UInt8.self) }
      #expect(throws: HDF5Error.self) { try group.memberNames() }
      #expect(try File.open(path).openDataset("g/x").read(UInt8.self) == [3])
    }
  }
}
