import Foundation
import HDF5
import MessagePassing
import Testing
import TestSupport

/// Files compared value by value.
@Suite(.serialized) struct StoredFileTests {
  /// What other tests compare files with sees every value.
  @Test func aDifferenceIsSeenWhereverItIs() throws {
    try SharedFolder.run { (world, folder) throws in
      let alone = try #require(try world.split(color: world.rank, key: 0))
      defer { try? alone.free() }
      guard world.rank == 0 else { return }
      let (path, other) = (folder.path("results.h5"), folder.path("other.h5"))
      try SampleScreen.write(
        path, world: alone,
        description: SampleScreen.description(SampleScreen.recordings[0], shapes: SampleScreen.shapes))
      #expect(try StoredFile.differences(path, path).isEmpty)
      let names = try StoredFile(path).values.keys.filter { !$0.contains("@") && $0.split(separator: "/").count == 2 }
      #expect(names.count > 40)
      for name in names where !StoredFile.provenance.contains(name) {
        try? FileManager.default.removeItem(atPath: other)
        try FileManager.default.copyItem(atPath: path, toPath: other)
        let file = try File.update(other, communicator: nil)
        let dataset = try file.openDataset(name)
        try change(dataset)
        try dataset.close()
        try file.close()
        let differences = try StoredFile.differences(path, other)
        #expect(differences == [name])
      }
    }
  }

  /// Changes the last element.
  private func change(_ dataset: borrowing Dataset) throws {
    let last = dataset.shape.map { $0 - 1 }
    let one = dataset.shape.map { _ in 1 }
    func change<Element: NumericElement>(_ values: [Element], _ new: (Element) -> Element) throws {
      try dataset.write(values.map(new), at: last, count: one)
    }
    switch dataset.elementType {
    case .float32: try change(try dataset.read(at: last, count: one) as [Float]) { $0.isNaN ? 0 : -$0 - 1 }
    case .float64: try change(try dataset.read(at: last, count: one) as [Double]) { $0.isNaN ? 0 : -$0 - 1 }
    case .int16: try change(try dataset.read(at: last, count: one) as [Int16]) { $0 ^ 1 }
    case .int32: try change(try dataset.read(at: last, count: one) as [Int32]) { $0 ^ 1 }
    case .int64: try change(try dataset.read(at: last, count: one) as [Int64]) { $0 ^ 1 }
    case .uint8: try change(try dataset.read(at: last, count: one) as [UInt8]) { $0 ^ 1 }
    case .text: try dataset.write(["another"], at: last, count: one)
    case .string: try dataset.write(characters: [UInt8(ascii: "~")], at: last, count: one)
    case nil: Issue.record("an element of ours")
    }
  }
}
