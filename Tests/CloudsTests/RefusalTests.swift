import Clouds
import Foundation
import HDF5
import Testing
import TestSupport

/// What is wrong with a stranger's file is said in a sentence that names the file.
@Suite(.serialized) struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let words: [String]
    let read: @Sendable (Bench) throws -> Void
    init(_ words: String..., read: @escaping @Sendable (Bench) throws -> Void) {
      self.words = words
      self.read = read
    }
    var testDescription: String { words.joined(separator: " ") }
  }

  private static func tensor(_ bench: Bench, _ name: String?, columns: Bool = false) throws {
    try TensorWriter.write(
      bench.path("t.safetensors"),
      [
        .init("flat", [4], [1, 2, 3, 4]), .init("one", [4, 1], [1, 2, 3, 4]),
        .init("two", [4, 2], Array(repeating: 1, count: 8)),
        .init("none", [0, 2], []), .init("zero", [4, 2], Array(repeating: 0, count: 8)),
        .init("few", [2, 2], [1, 2, 3, 4]),
      ])
    _ = try TensorCloud(PointSource(path: bench.path("t.safetensors")), tensor: name, transposing: columns)
  }

  private static func words(_ bench: Bench, _ text: String) throws {
    _ = try WordVectorCloud(PointSource(path: bench.write("words.json", text)))
  }

  private static func firings(
    _ bench: Bench, _ offsets: [Int64], _ documents: [Int32], _ count: Int64?
  ) throws {
    let path = try bench.write("firings.h5", offsets: offsets, documents: documents, count: count)
    _ = try TensorCloud(PointSource(path: bench.square(), firings: path), tensor: nil)
  }

  private static func relation(_ bench: Bench, _ text: String) throws {
    let words = try bench.write("words.json", #"{"a": [1, 0], "b": [2, 0], "c": [3, 4], "d": [1, 1]}"#)
    _ = try WordVectorCloud(PointSource(path: words, relations: [bench.write("relation", text)]))
  }

  static let cases = [
    Case("no such file", "absent") { _ = try TensorCloud(PointSource(path: $0.path("absent")), tensor: nil) },
    Case("'w'", "none of that name", "t.safetensors") { try tensor($0, "w") },
    Case("'flat'", "[4]", "--tensor") { try tensor($0, "flat") },
    Case("'none'", "[0, 2]") { try tensor($0, "none") },
    Case("5 of two dimensions", "--tensor", "'few', 'none'") { try tensor($0, nil) },
    Case("4 are zero vectors", "leaves 0") { try tensor($0, "zero") },
    Case("of its 2 points", "leaves 2", "at least 3") { try tensor($0, "few") },
    Case("words.json", "no JSON object") { try words($0, "[1, 2]") },
    Case("words.json", "no JSON object") { try words($0, "{}") },
    Case("words.json", "not JSON") { try words($0, #"{"a": [1,"#) },
    Case("occurs twice") { try words($0, #"{"a": [1], "a": [2]}"#) },
    Case("'b'", "2 numbers", "'a' has 1") { try words($0, #"{"a": [1], "b": [2, 3], "c": [1]}"#) },
    Case("'b'", "not a list of numbers") { try words($0, #"{"a": [1], "b": ["x"], "c": [1]}"#) },
    Case("'a'", "not a list of numbers") { try words($0, #"{"a": [], "b": [1]}"#) },
    Case("2 and there are 4 points") {
      let labels = try $0.write("labels", "a\nb")
      _ = try TensorCloud(PointSource(path: $0.square(), labels: labels), tensor: nil)
    },
    Case("not UTF-8", "labels") {
      try Data([0x61, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: $0.path("labels")))
      _ = try TensorCloud(PointSource(path: $0.square(), labels: $0.path("labels")), tensor: nil)
    },
    Case("no dataset offsets") {
      let path = try $0.write("firings.h5", dataset: "documents", [1], [Int32(0)])
      _ = try TensorCloud(PointSource(path: $0.square(), firings: path), tensor: nil)
    },
    Case("no attribute document_count") { try firings($0, [0, 1, 1, 1, 1], [0], nil) },
    Case("of 0 documents") { try firings($0, [0, 0, 0, 0, 0], [], 0) },
    Case("3 features", "4 points") { try firings($0, [0, 1, 1, 1], [0], 3) },
    Case("do not ascend from 0 to the 2") { try firings($0, [0, 2, 1, 2, 2], [0, 1], 3) },
    Case("do not ascend from 0 to the 2") { try firings($0, [0, 1, 1, 1, 1], [0, 1], 3) },
    Case("do not ascend from 0 to the 1") { try firings($0, [1, 1, 1, 1, 1], [0], 3) },
    Case("of feature 1 do not") { try firings($0, [0, 1, 3, 3, 3], [0, 2, 1], 3) },
    Case("of feature 0 do not", "below 3") { try firings($0, [0, 1, 1, 1, 1], [3], 3) },
    Case("of feature 0 do not", "below 3") { try firings($0, [0, 1, 1, 1, 1], [-1], 3) },
    Case("4 never fire") { try firings($0, [0, 0, 0, 0, 0], [], 3) },
    Case("relation", "without name and samples") { try relation($0, "{}") },
    Case("relation", "samples is not a list") { try relation($0, #"{"name": "x", "samples": [{"subject": "a"}]}"#) },
    Case("relation", "the list is not a list") { try relation($0, "[]") },
    Case("relation", "line 2 has 3 words") { try relation($0, ": x\na b c\n") },
    Case("relation", "line 1 has 4 words and no section") { try relation($0, "a b c d\n") },
    Case("relation", "no pairs") { try relation($0, ": x\n") },
    Case("of 2 pairs none") { try relation($0, ": x\nq r s t\n") },
    Case("no names", "--labels") {
      _ = try TensorCloud(PointSource(path: $0.square(), relations: [$0.write("r", ": x\na b c d")]), tensor: nil)
    },
    Case("none of that name", "'points'", "--dataset") {
      _ = try DatasetCloud(
        PointSource(path: $0.write("x.h5", dataset: "p", [3], [1, 2, 3] as [Float])), dataset: "points")
    },
    Case("'p'", "[3]") {
      _ = try DatasetCloud(PointSource(path: $0.write("x.h5", dataset: "p", [3], [1, 2, 3] as [Float])), dataset: "p")
    },
    Case("no HDF5 file") { _ = try DatasetCloud(PointSource(path: $0.square()), dataset: "p") },
  ]

  @Test(arguments: cases) func isOneSentence(_ bad: Case) throws {
    try Bench.run { bench in
      let sentence = refusal { try bad.read(bench) }
      for word in bad.words { #expect(sentence.contains(word), "\(word) in \(sentence)") }
    }
  }

  /// Half a million rows of nothing would be read for a long time.
  @Test func aDatasetThatClaimsMoreThanItsFileHoldsIsRefused() throws {
    try Bench.run { bench in
      let file = try File.create(bench.path("hole.h5"), communicator: nil)
      let dataset = try file.createDataset("p", type: .float32, shape: [1 << 40, 1 << 10], chunk: [1 << 10, 1 << 10])
      try dataset.close()
      try file.close()
      let sentence = refusal { try DatasetCloud(PointSource(path: bench.path("hole.h5")), dataset: "p") }
      #expect(sentence.contains("damaged"), "\(sentence)")
    }
  }
}
