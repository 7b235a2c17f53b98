import Archive
import Foundation
import Testing
import TestSupport

/// Files that earlier versions of the program wrote; see `Fixtures/make.sh`.
@Suite(.serialized) struct OldVersionsTests {
  private func path(_ name: String) -> String { Places.root + "/Tests/ArchiveTests/Fixtures/\(name).h5" }

  @Test(arguments: ["screen-1", "screen-2"]) func resultsAreRead(_ name: String) throws {
    try World.run { (_) throws in
      let file = try ResultsFile(path: path(name))
      #expect(file.summary.ids == ["facts-1", "facts-2", "sum-1"])
      #expect(
        file.summary.mutationCount == 48 && !file.summary.hasTextStrings && file.summary.provenance.progress == nil)
      #expect(try file.baselineTexts().count == 3)
      let rows = 0..<48
      #expect(try file.mutationList(rows).count == 48 && file.phenotypes(rows).firstChange.contains { $0 >= 0 })
      #expect(try file.description().baseline.allSatisfy { !$0.tokens.isEmpty })
      #expect((try file.texts() != nil) == (name == "screen-2"))
      try file.close()
    }
  }

  @Test func analysesAreReadAndKept() throws {
    try World.run { (_) throws in
      let file = try AnalysisFile(path: path("analysis-1"))
      #expect(file.contents.map(\.name).sorted() == ["overlap", "regions", "sensitivity", "tasks"])
      let group = try #require(try file.group("sensitivity"))
      #expect(group.dimensions.first { $0.name == "input" }?.labels == ["facts-1", "facts-2", "sum-1"])
      guard case .matrices(let matrices) = group.variables.first(where: { $0.name == "matrix" })?.values else {
        Issue.record("no matrices")
        return
      }
      #expect(Set(matrices.map(\.rawValue)) == ["q", "down"])
      // Another section is written beside it in the format of today.
      try Places.withTemporaryFolder { folder in
        let copy = folder + "/screen-2.analysis.h5"
        try FileManager.default.copyItem(atPath: path("analysis-1"), toPath: copy)
        let writer = try AnalysisWriter(path: copy)
        #expect(try writer.write([group], to: .geometry, provenance: file.provenance) == [.analysis])
        let again = try AnalysisFile(path: copy)
        #expect(try again.group("sensitivity") == group && again.group("sensitivity", of: .geometry) == group)
      }
    }
  }
}
