import Archive
import Foundation
import Testing
import TestSupport

/// Two commands write one analysis file, each its own section.
@Suite(.serialized) struct SectionTests {
  private func provenance(_ command: String, source: String = "screen.h5", plan: String = "cd") -> AnalysisProvenance {
    AnalysisProvenance(
      locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: command, source: source,
      sourcePlanSHA256: plan)
  }

  private func group(_ name: String, _ seed: Int) -> AnalysisGroup {
    AnalysisGroup(
      name: name, comment: "comment \(seed)",
      dimensions: [
        .init("point", length: 3), .init("task", labels: ["one", "zwei", ""]), .init("empty", length: 0),
        .init("none", labels: []),
      ],
      variables: [
        .init("count", ["point"], "counts", .counts([seed, -1, 1 << 40])),
        .init("number", ["point", "task"], "numbers", units: "nat", .numbers((0..<9).map { Double($0) / 7 })),
        .init("text", ["task"], "texts", .texts(["a", "", "ö"])),
        .init("truth", ["point"], "truths", .truths([true, false, true])),
        .init("matrix", ["point"], "matrices", .matrices([.q, .down, .up])),
        .init("kind", ["point"], "kinds", .kinds([.zero, .maximum, .noise])),
        .init("byte", ["point"], "bytes", .bytes([0, 255, 7])), .init("single", [], "one value", .counts([seed])),
        .init("nothing", ["empty", "none"], "no values", .numbers([])),
      ])
  }

  private func all(_ path: String, _ section: AnalysisSection) throws -> [AnalysisGroup?] {
    let file = try AnalysisFile(path: path)
    return try file.contents.filter { $0.section == section }.map { try file.group($0.name, of: section) }
  }

  @Test(arguments: [AnalysisSection.allCases, AnalysisSection.allCases.reversed()])
  func eachKeepsTheOther(_ order: [AnalysisSection]) throws {
    try World.run { _ in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/screen.analysis.h5"
        let (first, second) = (order[0], order[1])
        let writer = try AnalysisWriter(path: path)
        #expect(try writer.write([group("a", 1), group("b", 2)], to: first, provenance: provenance("first")).isEmpty)
        #expect(try AnalysisFile(path: path).sections.keys.sorted { $0.rawValue < $1.rawValue } == [first])
        #expect(try writer.write([group("a", 3)], to: second, provenance: provenance("second")) == [first])
        #expect(try all(path, first) == [group("a", 1), group("b", 2)])
        #expect(try all(path, second) == [group("a", 3)])
        // Its own is replaced.
        #expect(try writer.write([group("c", 4)], to: first, provenance: provenance("third")) == [second])
        #expect(try all(path, first) == [group("c", 4)] && all(path, second) == [group("a", 3)])
        let file = try AnalysisFile(path: path)
        #expect(file.sections[first]?.commandLine == "third" && file.sections[second]?.commandLine == "second")
        #expect(file.provenance.commandLine == "third")
        #expect(try file.group("c", of: second) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["screen.analysis.h5"])
      }
    }
  }

  @Test(arguments: ["other.h5", "screen.h5"]) func anotherSourcesIsReplaced(_ source: String) throws {
    try World.run { _ in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/screen.analysis.h5"
        let writer = try AnalysisWriter(path: path)
        try writer.write([group("a", 1)], provenance: provenance("first"))
        let other = provenance("second", source: source, plan: source == "screen.h5" ? "ef" : "cd")
        #expect(try writer.write([group("b", 2)], to: .geometry, provenance: other).isEmpty)
        #expect(try AnalysisFile(path: path).contents.map(\.name) == ["b"])
      }
    }
  }

  @Test func namesOfFiles() {
    #expect(AnalysisFile.path(besides: "a/screen.h5") == "a/screen.analysis.h5")
    #expect(AnalysisFile.path(besides: "sae.safetensors") == "sae.analysis.h5")
    #expect(AnalysisFile.path(besides: "words.v2.json") == "words.v2.analysis.h5")
    #expect(AnalysisFile.path(besides: "folder/sae/") == "folder/sae.analysis.h5")
    #expect(AnalysisFile.path(besides: "points.npy") == "points.analysis.h5")
    #expect(AnalysisFile.path(besides: "screen") == "screen.analysis.h5")
  }
}
