import Basics
import Foundation
import TestSupport
import Testing
import Weights

/// GGUF files that other programs made, against what the gguf package says of their tensors.
@Suite(.enabled(if: SharedHosts.isThere, SharedHosts.absence))
struct GGUFReferenceTests {
  @Test func everyTypeHasTheBitsOfThePackage() throws {
    let file = try GGUFFile(path: SharedHosts.path + "/gguf/types/types.gguf")
    let expected = try SafetensorsFile(path: SharedHosts.path + "/gguf/types/expected.safetensors")
    #expect(file.names == expected.names && file.names.count == 17)
    for name in file.names {
      let (tensor, other) = (try file.tensor(named: name), try expected.tensor(named: name))
      #expect(tensor.shape == other.shape, "\(name)")
      #expect(tensor.values.map(\.bitPattern) == other.values.map(\.bitPattern), "\(name)")
    }
  }

  @Test func hasMetadataOfEveryKind() throws {
    let metadata = try GGUFFile(path: SharedHosts.path + "/gguf/types/types.gguf").metadata
    #expect(try metadata.integer("test.u8") == 200 && metadata.integer("test.i8") == -5)
    #expect(try metadata.integer("test.i64") == -(1 << 62) && metadata.number("test.f64") == -2.25)
    #expect(try metadata.texts("test.words") == ["", "a", "ß", "two words"])
    #expect(try metadata.flags("test.flags") == [true, false, true] && metadata.flag("test.no") == false)
    expect(refusal { try metadata.integer("test.u64") }, says: ["'test.u64'", "9223372036854775808"])
  }

  @Test(arguments: SharedHosts.ggufs)
  func tensorsAreThoseOfThePackage(_ folder: String) throws {
    let file = try GGUFFile(path: SharedHosts.model(folder))
    let reference = try Places.object(SharedHosts.path + "/gguf/" + folder + "/reference.json")
    guard let tensors = reference["tensors"] as? [[String: Any]] else {
      #expect(folder == "llama-q4_0-split" && file.files.count == 3)
      return
    }
    #expect(file.names == tensors.compactMap { $0["name"] as? String }.sorted())
    for entry in tensors {
      let tensor = try file.tensor(named: try #require(entry["name"] as? String))
      let values = tensor.values
      #expect(tensor.shape == entry["shape"] as? [Int] && tensor.format.rawValue == entry["type"] as? String)
      let extremes = tensor.extremes()
      #expect(extremes.smallest == (entry["minimum"] as? Double).map { Float($0) }, "\(tensor.name)")
      #expect(extremes.largest == (entry["maximum"] as? Double).map { Float($0) }, "\(tensor.name)")
      #expect(Array(values.prefix(4)) == entry["first"].floats, "\(tensor.name)")
      let sum = try #require(entry["sum"] as? Double)
      let squares = try #require(entry["sum_of_squares"] as? Double)
      // Both are sums in double, in orders of their own.
      #expect(abs(values.reduce(0) { $0 + Double($1) } - sum) <= 1e-12 * Double(values.count) * max(1, abs(sum)))
      #expect(abs(values.reduce(0) { $0 + Double($1) * Double($1) } - squares) <= 1e-12 * squares * 100)
    }
  }

  @Test func splitAndWholeFilesHoldTheSame() throws {
    let (whole, split) = (
      try GGUFFile(path: SharedHosts.model("llama-q4_0")), try GGUFFile(path: SharedHosts.model("llama-q4_0-split"))
    )
    #expect(whole.names == split.names)
    for name in whole.names {
      #expect(try whole.tensor(named: name).values == split.tensor(named: name).values, "\(name)")
    }
  }
}
