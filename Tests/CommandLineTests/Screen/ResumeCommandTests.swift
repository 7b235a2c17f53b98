import Foundation
import Testing
import TestSupport

/// Interrupted screens, as a person meets them.
@Suite(.serialized) struct ResumeCommandTests {
  private static let long = Workbench.configuration.replacing("sample: 70", with: "sample: 4000")
    .replacing("[2, 3]", with: "all").replacing("tokens: 8", with: "tokens: 16")

  /// Starts a screen of some seconds and waits until units are in its journal.
  private func startUntilUnits(_ bench: Workbench, ranks: Int? = nil) throws -> RunningProgram {
    let running = try bench.start(ranks: ranks)
    let began = running.wait { _ in
      // Asking the program takes about as long as a unit.
      let journal = bench.path("out.h5.journal")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
      return names.filter { $0.hasSuffix(".units") }.contains { name in
        let attributes = try? FileManager.default.attributesOfItem(atPath: journal + "/" + name)
        return (attributes?[.size] as? Int ?? 0) > 1000
      }
    }
    #expect(began, "\(running.errors)")
    return running
  }

  private func units(_ bench: Workbench) -> Int {
    let said = try? Program.locus.run(["status", bench.path("out.h5"), "--units"]).output
    return Int((said ?? "").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  private func status(_ bench: Workbench) throws -> String {
    try Program.locus.run(["status", bench.path("out.h5")]).output
  }

  private func expectEqual(_ bench: Workbench, _ one: String, _ two: String) throws {
    guard let difference = Program.named("h5diff") else { return }
    for group in ["/mutation", "/phenotype", "/baseline", "/input"] {
      let compared = try difference.run([bench.path(one), bench.path(two), group])
      #expect(compared.status == 0, "\(group): \(compared.output)")
    }
  }

  /// By one process and, as mpirun itself makes what it likes of other signals, by two ranks for those that it passes
  /// on or dies of.
  @Test func theSameCommandGoesOn() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", ResumeCommandTests.long)
      #expect(try bench.screen(output: "whole.h5").status == 0)
      for signal in [SIGINT, SIGTERM, SIGUSR1, SIGKILL] { try goesOn(bench, ranks: nil, signal) }
      for signal in [SIGUSR1, SIGKILL] { try goesOn(bench, ranks: 2, signal) }
    }
  }

  /// A screen that a signal ends, and the one that continues it, which equals `whole.h5`.
  private func goesOn(_ bench: Workbench, ranks: Int?, _ signal: Int32) throws {
    let name = "signal \(signal), \(ranks.map(String.init) ?? "no") ranks"
    let running = try startUntilUnits(bench, ranks: ranks)
    running.kill(signal)
    let outcome = running.wait()
    #expect(outcome.status == (signal == SIGKILL ? 128 + SIGKILL : 85), "\(name): \(outcome.errors)")
    // Ranks outlive a killed mpirun for a moment.
    while try status(bench).hasPrefix("running") { usleep(50_000) }
    #expect(try status(bench).hasPrefix("stopped: "), "\(name)")
    #expect(try !bench.names().contains("out.h5"), "\(name)")
    let done = units(bench)
    #expect(done > 0, "\(name)")
    if signal != SIGKILL { #expect(outcome.errors.contains("the same command continues"), "\(name)") }
    let again = try bench.screen(ranks: 3)
    #expect(again.status == 0, "\(name): \(again.errors)")
    #expect(again.output.contains("\(done) units by earlier starts"), "\(name): \(again.output)")
    #expect(try status(bench).hasPrefix("finished: "), "\(name)")
    #expect(try bench.names() == ["inputs.jsonl", "model", "out.h5", "screen.yaml", "whole.h5"], "\(name)")
    try expectEqual(bench, "out.h5", "whole.h5")
    try FileManager.default.removeItem(atPath: bench.path("out.h5"))
  }

  @Test func theSecondScreenIsRefusedWhileTheFirstLives() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", ResumeCommandTests.long)
      let running = try startUntilUnits(bench)
      let second = try bench.screen(ranks: 2)
      #expect(second.status == 2 && second.complaints.count == 1, "\(second.errors)")
      #expect(
        second.complaints.first?.contains("another process is writing it (process \(running.process) on ") == true)
      #expect(running.wait().status == 0, "\(running.errors)")
    }
  }

  @Test func aJournalOfAnotherPlanIsRefusedUntilItIsThrownAway() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", ResumeCommandTests.long)
      let stopped = try bench.screen("--max-time", "0s")
      #expect(stopped.status == 85 && stopped.errors.contains("stopped before the time limit: 0 of "))
      try bench.write("screen.yaml", ResumeCommandTests.long.replacing("sample: 4000", with: "sample: 70"))
      let refused = try bench.screen(ranks: 2)
      #expect(refused.status == 2 && refused.complaints.count == 1, "\(refused.errors)")
      #expect(refused.complaints.first?.contains("sample was '4000' and is now '70'") == true)
      #expect(refused.complaints.first?.contains("--restart") == true)
      #expect(try bench.screen("--restart").status == 0)
      #expect(try status(bench).hasPrefix("finished: "))
    }
  }

  @Test func timesAreReadAsPeopleWriteThem() throws {
    try Workbench.run { bench in
      #expect(try status(bench).hasPrefix("absent: "))
      #expect(units(bench) == 0)
      for wrong in ["3x", "", "1:2:3:4", "h", "-5s", "99999999999999999999h"] {
        #expect(try bench.screen("--max-time=\(wrong)").status == 2, "\(wrong)")
      }
      for right in ["3h50m", "90", "1d", "02:00:00", "1-00:00:00"] {
        let outcome = try bench.screen("--max-time", right)
        #expect(outcome.status == 0, "\(right): \(outcome.errors)")
      }
    }
  }

  @Test func permissionsFollowTheUserMask() throws {
    try Workbench.run { bench in
      let shell = try #require(Program.named("sh"))
      let command = "umask 027; exec \"$0\" screen \"$1\" --output \"$2\""
      let outcome = try shell.run(["-c", command, Program.locus.path, bench.path("screen.yaml"), bench.path("out.h5")])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let mode = try FileManager.default.attributesOfItem(atPath: bench.path("out.h5"))[.posixPermissions] as? Int
      #expect(mode == 0o640)
    }
  }
}
