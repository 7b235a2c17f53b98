import ArgumentParser
import Foundation
import MessagePassing

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

      locus manual has pages on all that there is to know, such as locus manual map.

      Exit status: 0 done; 1 failed; 2 the command line, the configuration or an input file is wrong and nothing was \
      started; 85 stopped early on purpose, everything finished is safe and the same command continues.
      """,
    version: Version.current,
    subcommands: [
      PlanCommand.self, ScreenCommand.self, StatusCommand.self, GatherCommand.self, AnalyzeCommand.self,
      ForecastCommand.self, StudyCommand.self, AtlasCommand.self, TrainCommand.self,
      CompareCommand.self, GeometryCommand.self, ReportCommand.self, ExportCommand.self, InspectCommand.self,
      ManualCommand.self,
      BenchCommand.self,
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
    } catch let error as OutputError {
      Console.note("locus: \(error)")
      exit(1)
    } catch {
      let status = Locus.exitCode(for: error)
      guard status != .success else {
        // Help and version are what a person asked for.
        do { try Console.result(Locus.fullMessage(for: error)) } catch { exit(1) }
        exit(0)
      }
      refuse(misplacedOutput ?? Locus.fullMessage(for: error).replacing(#/^Error: /#, with: "locus: "))
    }
  }

  /// The sentence for a screen whose output is named as a second argument; nil for other mistakes.
  private static var misplacedOutput: String? {
    let words = CommandLine.arguments.dropFirst()
    guard words.first == "screen", !words.contains(where: { $0.hasPrefix("--output") || $0 == "-o" }),
      let output = words.first(where: { $0.hasSuffix(".h5") })
    else { return nil }
    return "locus: the output of a screen is named by an option: write --output \(output)"
  }

  /// Ends the program because of its command line. Under mpirun every process reads the same one, and the first says
  /// what is wrong.
  private static func refuse(_ sentence: String) -> Never {
    let environment = LaunchEnvironment.current
    if environment.isFirst { Console.note(sentence) }
    // The launcher ends all processes with the one that ends first, which must not be before the sentence is out.
    if environment.launchedCount ?? 1 > 1, let session = try? Session() { try? session.finish() }
    exit(2)
  }
}
