import Foundation
import Testing
import TestSupport

/// The results of the whole map of Gemma 3 270M, which are beside its configuration.
@Suite struct PublishedMapTests {
  private static let folder = Places.root + "/configs/gemma-3-270m/results"

  @Test func filesAreThoseThatWereWritten() throws {
    let shell = try #require(Program.named("bash"))
    let outcome = try shell.run(["-c", "cd \(Self.folder) && sha256sum --check --strict SHA256SUMS"])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func theMapIsWhole() throws {
    let outcome = try Program.locus.run(["inspect", Self.folder + "/gemma-map.h5"])
    #expect(outcome.status == 0 && outcome.output.contains("73,440"), "\(outcome.output)\(outcome.errors)")
    #expect(try Program.locus.run(["status", Self.folder + "/gemma-map.h5"]).output.hasPrefix("finished: "))
  }
}
