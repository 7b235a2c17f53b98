import ArgumentParser
import Foundation

/// The command line: the only place that prints, exits or catches.
struct Locus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locus",
    abstract: "Maps what the parameters of a large language model do.",
    discussion: """
      Locus mutates every region of every weight matrix, looks at what each mutation changes, and writes the result to \
      one HDF5 file.

        locus plan configs/demo.yaml
        mpirun -n 2 locus screen configs/demo.yaml --output results/demo.h5
        locus analyze results/demo.h5
        locus report results/demo.h5 --output results/demo

      Exit status: 0 done; 1 failed; 2 the command line, the configuration or an input file is wrong and nothing was \
      started; 85 stopped early on purpose, everything finished is safe and the same command goes on.
      """,
    version: Version.current,
    subcommands: [
      PlanCommand.self, ScreenCommand.self, StatusCommand.self, GatherCommand.self, AnalyzeCommand.self,
      GeometryCommand.self, ReportCommand.self, ExportCommand.self, InspectCommand.self, BenchCommand.self,
    ])
}

/// The version of this program; results files record it.
enum Version {
  static let current = "0.1.0"
}

@main
enum Main {
  static func main() {
    do {
      var command = try Locus.parseAsRoot()
      try command.run()
    } catch let ended as ExitCode {
      exit(ended.rawValue)
    } catch {
      let status = Locus.exitCode(for: error)
      guard status != .success else {
        // Help and version are what a person asked for.
        Console.result(Locus.fullMessage(for: error))
        exit(0)
      }
      // Under mpirun every process reads the same command line; one of them says what is wrong.
      if LaunchEnvironment.current.isFirst {
        Console.note(Locus.fullMessage(for: error).replacing(#/^Error: /#, with: "locus: "))
      }
      exit(2)
    }
  }
}
