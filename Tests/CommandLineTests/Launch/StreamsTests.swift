import Foundation
import Testing
import TestSupport

/// Standard output that takes nothing, and launchers of another MPI.
@Suite struct StreamsTests {
  /// Runs the program by a shell that leads its standard output elsewhere.
  private func run(_ arguments: [String], _ redirection: String) throws -> Program.Outcome {
    let words = ([Program.locus.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try #require(Program.named("sh")).run(["-c", "\(words) \(redirection)"])
  }

  @Test func whatCannotBePrintedIsAFailure() throws {
    try Workbench.run { bench in
      let commands = [
        ["plan", bench.path("screen.yaml")], ["plan", "--request", bench.path("screen.yaml")],
        ["inspect", bench.path("model")], ["status", bench.path("out.h5")],
      ]
      for arguments in commands {
        let outcome = try run(arguments, "> /dev/full")
        #expect(outcome.status == 1, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains("cannot write to standard output: no space left on device; make room"))
        #expect(try run(arguments, ">&-").status == 1, "\(arguments)")
      }
      #expect(try run(["--help"], "> /dev/full").status == 1)
    }
  }

  /// Where srun started the launcher itself, as MPICH's does, Slurm counts launchers and not ranks.
  @Test(arguments: [("PMI_RANK", "PMI_SIZE"), ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE")])
  func aLauncherOfAnotherMPIIsRefused(_ names: (rank: String, count: String)) throws {
    try Workbench.run { bench in
      for rank in ["0", "1"] {
        let outcome = try Program.locus.run(
          ["screen", bench.path("screen.yaml"), "--output", bench.path("out.h5")],
          environment: [names.rank: rank, names.count: "2", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"])
        #expect(
          outcome.status == 2 && outcome.errors.contains("started 2 processes but MPI sees 1"), "\(outcome.errors)")
      }
      #expect(try !bench.names().contains("out.h5"))
    }
  }
}
