import Foundation
import Testing
import TestSupport

/// A geometry that is interrupted goes on where it stopped.
@Suite(.serialized) struct GeometryResumeTests {
  private func geometry(_ bench: Workbench, _ output: String) -> [String] {
    ["geometry", bench.path("points.safetensors"), "--output", bench.path(output)]
  }

  /// Whether there are finished pieces in the journal.
  private func hasPieces(_ bench: Workbench) -> Bool {
    let journal = bench.path("out.h5.journal")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
    return names.filter { $0.hasSuffix(".units") }.contains { name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: journal + "/" + name)
      return (attributes?[.size] as? Int ?? 0) > 400
    }
  }

  private func writePoints(_ bench: Workbench) throws {
    let (count, dimension) = (400, 24)
    try TensorWriter.write(
      bench.path("points.safetensors"),
      [.init("p", [count, dimension], TensorWriter.numbers(count * dimension, seed: 6))])
  }

  @Test func aSignalEndsItAndTheSameCommandGoesOn() throws {
    try Workbench.run { bench in
      try writePoints(bench)
      let running = try Program.locus.startOnTerminal(geometry(bench, "out.h5"))
      #expect(running.wait { _ in hasPieces(bench) }, "\(running.text)")
      running.type("\u{03}")
      #expect(running.wait() == 85, "\(running.text)")
      #expect(running.text.contains(/locus: stopping on SIGINT: \d+ pieces are safe in .*out\.h5\.journal; the same/))
      let stopped = try #require(running.text.firstMatch(of: /locus: stopped on SIGINT: (\d+) pieces are safe/))
      #expect(try !bench.names().contains("out.h5") && bench.names().contains("out.h5.journal"))
      // Other options would make other pieces.
      let other = try Program.locus.run(geometry(bench, "out.h5") + ["--seed", "9"])
      #expect(other.status == 2 && other.errors.contains("seed was '0' and is now '9'"), "\(other.errors)")
      let again = try Program.locus.run(ranks: 2, geometry(bench, "out.h5"))
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.errors.contains("continuing: \(stopped.1) pieces are finished already"), "\(again.errors)")
      #expect(try !bench.names().contains("out.h5.journal"))
      try expectEqual(bench)
    }
  }

  /// The file is the one that an uninterrupted start writes.
  private func expectEqual(_ bench: Workbench) throws {
    let whole = try Program.locus.run(geometry(bench, "whole.h5"))
    #expect(whole.status == 0, "\(whole.errors)")
    // Without attributes, which tell the time.
    let (one, two) = (try StoredFile(bench.path("out.h5")).datasets, try StoredFile(bench.path("whole.h5")).datasets)
    #expect(one.count > 10 && one == two)
  }

  @Test func aTimeLimitAndAnotherStartAreHeeded() throws {
    try Workbench.run { bench in
      try writePoints(bench)
      let stopped = try Program.locus.run(geometry(bench, "out.h5") + ["--max-time", "0s"])
      #expect(stopped.status == 85 && stopped.errors.contains("stopped before the time limit: 0 pieces"), "\(stopped)")
      let running = try Program.locus.start(geometry(bench, "out.h5"))
      #expect(running.wait { _ in hasPieces(bench) }, "\(running.errors)")
      let second = try Program.locus.run(geometry(bench, "out.h5"))
      #expect(second.status == 2 && second.errors.contains("process \(running.process) on "), "\(second.errors)")
      running.kill(SIGKILL)
      #expect(running.wait().status == 128 + SIGKILL)
      let restarted = try Program.locus.run(geometry(bench, "out.h5") + ["--seed", "9", "--restart"])
      #expect(restarted.status == 0 && !restarted.errors.contains("continuing"), "\(restarted.errors)")
      #expect(try !bench.names().contains("out.h5.journal"))
    }
  }
}
