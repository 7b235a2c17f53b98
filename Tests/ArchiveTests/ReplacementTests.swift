import Archive
import Foundation
import MessagePassing
import Testing
import TestSupport

/// Outputs that are links, and analyses that two programs write at once.
@Suite(.serialized) struct ReplacementTests {
  private func provenance(_ source: String = "cloud.h5") -> AnalysisProvenance {
    AnalysisProvenance(locusVersion: "1", created: "now", commandLine: "locus", source: source, sourcePlanSHA256: "")
  }

  private func group(_ value: Double) -> AnalysisGroup {
    AnalysisGroup(
      name: "figures", comment: "some", dimensions: [], variables: [.init("size", [], "how large", .numbers([value]))])
  }

  private func run(_ body: (String) throws -> Void) throws {
    // HDF5 takes one thread at a time.
    try World.run { _ in try Places.withTemporaryFolder(body) }
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  // MARK: Links

  @Test func linksAreFollowed() throws {
    try run { folder in
      try FileManager.default.createDirectory(atPath: folder + "/far", withIntermediateDirectories: true)
      #expect(try OutputTarget.resolve(folder + "/plain.h5") == folder + "/plain.h5")
      try link(folder + "/near.h5", to: "far/real.h5")
      try link(folder + "/chain.h5", to: folder + "/near.h5")
      for name in ["near.h5", "chain.h5"] {
        #expect(try OutputTarget.resolve(folder + "/" + name) == folder + "/far/real.h5")
      }
      try link(folder + "/a", to: "b")
      try link(folder + "/b", to: "a")
      try link(folder + "/nowhere", to: "absent/real.h5")
      for (name, words) in [("a", "leads back to itself"), ("nowhere", "absent does not exist")] {
        let error = #expect(throws: ArchiveError.self) { try OutputTarget.resolve(folder + "/" + name) }
        #expect(error.map { "\($0)".contains(words) && "\($0)".contains(folder + "/" + name) } == true)
      }
    }
  }

  @Test func anAnalysisIsWrittenWhereALinkLeads() throws {
    try run { folder in
      try FileManager.default.createDirectory(atPath: folder + "/far", withIntermediateDirectories: true)
      try link(folder + "/cloud.analysis.h5", to: "far/real.h5")
      for value in [1.0, 2] {
        try AnalysisWriter(path: folder + "/cloud.analysis.h5").write([group(value)], provenance: provenance())
      }
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/cloud.analysis.h5") == "far/real.h5")
      #expect(AnalysisFile.isAnalysis(folder + "/far/real.h5"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/far") == ["real.h5"])
    }
  }

  // MARK: Two at once

  /// Whoever waits for another one finds the other's section and keeps it.
  @Test func theSecondOneWaitsForTheFirst() throws {
    try run { folder in
      let path = folder + "/cloud.analysis.h5"
      // What the other program will have written.
      try AnalysisWriter(path: folder + "/other.h5").write([group(1)], to: .geometry, provenance: provenance())
      let lock = open(path + ".lock", O_RDWR | O_CREAT, 0o666)
      try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
      let writer = try AnalysisWriter(path: path)
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(150)) {
        rename(folder + "/other.h5", path)
        unlink(path + ".lock")
        close(lock)
      }
      let kept = try writer.write([group(2)], to: .analysis, provenance: provenance())
      #expect(kept == [.geometry])
      #expect(try AnalysisFile(path: path).sections.count == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cloud.analysis.h5"])
    }
  }

  /// What a program that was killed left is in nobody's way.
  @Test func leftoversAreNoObstacle() throws {
    try run { folder in
      let path = folder + "/cloud.analysis.h5"
      for name in [path + ".lock", path + ".partial"] { try Data("left".utf8).write(to: URL(fileURLWithPath: name)) }
      try AnalysisWriter(path: path).write([group(1)], provenance: provenance())
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cloud.analysis.h5"])
    }
  }
}
