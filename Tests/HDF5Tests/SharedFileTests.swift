import Foundation
import HDF5
import MessagePassing
import Testing
import TestSupport

/// Files that all ranks write together; every test holds for any number of ranks.
@Suite(.serialized)
struct SharedFileTests {
  private static let rows = 23
  private static let columns = 7

  private static func value(_ row: Int, _ column: Int) -> Float {
    Float(row) + Float(column) / 8
  }

  /// A file with everything in it, each rank writing its rows.
  private func write(_ path: String, _ world: Communicator?, rows own: Range<Int>) throws {
    let (rows, columns) = (Self.rows, Self.columns)
    let file = try File.create(path, communicator: world)
    let group = try file.createGroup("phenotype")
    let rowScale = try group.createDataset("mutation", type: .int64, shape: [rows])
    try rowScale.writeWhole((0..<rows).map(Int64.init))
    try rowScale.makeScale("mutation")
    let columnScale = try group.createDimension("component", length: columns)
    for (name, chunk, compression) in [
      ("plain", nil, nil), ("chunked", [5, 4], nil), ("compressed", [5, 4], 6),
    ] as [(String, [Int]?, Int?)] {
      let dataset = try group.createDataset(
        name, type: .float32, shape: [rows, columns], chunk: chunk, compression: compression)
      try dataset.attachScale(rowScale, axis: 0)
      try dataset.attachScale(columnScale, axis: 1)
      try dataset.setAttribute("long_name", "a \(name) matrix")
      try dataset.setAttribute("flag_values", [UInt8](arrayLiteral: 0, 1, 2))
      let values = own.flatMap { row in (0..<columns).map { Self.value(row, $0) } }
      try dataset.write(values, at: [own.lowerBound, 0], count: [own.count, columns])
      try dataset.close()
    }
    let text = try group.createDataset("text", type: .string(length: 8), shape: [rows], chunk: [4], compression: 1)
    try text.write(own.map { "row \($0)" }, at: [own.lowerBound], count: [own.count])
    try text.close()
    try file.flush()
    try file.setAttribute("config", String(repeating: "x", count: 100_000))
    try rowScale.close()
    try columnScale.close()
    try group.close()
    try file.close()
  }

  @Test func rowsWrittenByAllRanksAreReadByOne() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("shared.h5")
      try write(path, world, rows: slab(of: Self.rows, world))
      try world.barrier()
      let file = try File.open(path)
      let group = try file.openGroup("phenotype")
      #expect(try group.memberNames() == ["mutation", "component", "plain", "chunked", "compressed", "text"])
      let expected = (0..<Self.rows).flatMap { row in (0..<Self.columns).map { Self.value(row, $0) } }
      for name in ["plain", "chunked", "compressed"] {
        #expect(try group.openDataset(name).read(Float.self) == expected)
        #expect(try group.openDataset(name).textAttribute("long_name") == "a \(name) matrix")
      }
      #expect(try group.openDataset("text").readStrings() == (0..<Self.rows).map { "row \($0)" })
      #expect(try group.openDataset("component").textAttribute("NAME").hasSuffix("variable.          7"))
      #expect(try file.textAttribute("config").utf8.count == 100_000)
      try group.close()
      try file.close()
    }
  }

  @Test(.enabled(if: Program.isExpected("h5dump") && Program.isExpected("h5diff"), "hdf5-tools is not installed"))
  func theFileDoesNotDependOnTheNumberOfRanks() throws {
    try SharedFolder.run { (world, folder) throws in
      try write(folder.path("shared.h5"), world, rows: slab(of: Self.rows, world))
      let alone = try world.split(color: world.rank, key: 0)
      if world.rank == 0 {
        try write(folder.path("one.h5"), alone, rows: 0..<Self.rows)
        try write(folder.path("serial.h5"), nil, rows: 0..<Self.rows)
        let header = try #require(Program.named("h5dump")).run(["-H", folder.path("shared.h5")])
        #expect(header.status == 0)
        #expect(header.output.contains("DATASET \"compressed\""))
        for other in ["one.h5", "serial.h5"] {
          let difference = try #require(Program.named("h5diff")).run([folder.path("shared.h5"), folder.path(other)])
          #expect(difference.status == 0 && difference.output == "")
        }
      }
      try alone?.free()
    }
  }

  @Test func ranksWithNothingToWriteTakePart() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("last.h5")
      let file = try File.create(path, communicator: world)
      let dataset = try file.createDataset("x", type: .int16, shape: [4, 2], chunk: [1, 2], compression: 9)
      let isLast = world.rank == world.size - 1
      try dataset.write(isLast ? [Int16](1...8) : [], at: [0, 0], count: isLast ? [4, 2] : [0, 2])
      let empty = try file.createDataset("e", type: .float32, shape: [0, 3], chunk: [1, 3], compression: 9)
      try empty.write([Float](), at: [0, 0], count: [0, 3])
      #expect(try dataset.read(Int16.self) == [Int16](1...8))
      try dataset.close()
      try empty.close()
      try file.close()
    }
  }

  @Test func onlyTheFirstRanksValuesAreWrittenWhole() throws {
    try SharedFolder.run { (world, folder) throws in
      let file = try File.create(folder.path("whole.h5"), communicator: world, alignment: 65_536)
      let numbers = try file.createDataset("n", type: .int32, shape: [3])
      try numbers.writeWhole([Int32](repeating: Int32(world.rank), count: 3))
      #expect(try numbers.read(Int32.self) == [0, 0, 0])
      let strings = try file.createDataset("s", type: .string(length: 2), shape: [1])
      try strings.writeWhole(["\(world.rank)"])
      #expect(try strings.readStrings() == ["0"])
      let single = try file.createDataset("single", type: .int64, shape: [])
      try single.writeWhole([Int64(world.rank)])
      #expect(try single.read(Int64.self) == [0])
      try file.close()
    }
  }

  @Test func closingClosesWhatWasForgotten() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("forgotten.h5")
      let file = try File.create(path, communicator: world)
      _ = try file.createGroup("dropped")
      let group = try file.createGroup("kept")
      let dataset = try group.createDataset("x", type: .uint8, shape: [2])
      try dataset.writeWhole([UInt8](arrayLiteral: 1, 2))
      try file.close()
      #expect(throws: HDF5Error.self) { try dataset.hasAttribute("absent") }
      #expect(throws: HDF5Error.self) { try group.memberNames() }
      #expect(try File.open(path).openDataset("kept/x").read(UInt8.self) == [1, 2])
    }
  }

  @Test func aFolderThatIsNotThereIsAnErrorOnEveryRank() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("absent/file.h5")
      let error = #expect(throws: HDF5Error.self) { _ = try File.create(path, communicator: world) }
      #expect(error?.description.hasPrefix("creating the HDF5 file \(path) failed:") == true)
    }
  }
}
