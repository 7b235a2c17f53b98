import ArgumentParser
import Foundation

/// The Python programs that a bench compares with.
struct PeerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A Python with what Tests/Peers/README.md names: compare with the scripts of --peer-scripts instead.",
      valueName: "python"))
  var peers: String?

  @Option(help: "The folder of the scripts.")
  var peerScripts = "Tests/Peers"

  @Option(
    name: .customLong("peer-option"), help: "An option of theirs, such as --peer-option=--sample=512; repeatable.")
  var peerOptions: [String] = []

  /// Runs a side-by-side script, which runs this program in its turn.
  func run(_ script: String, by python: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments =
      ["\(peerScripts)/\(script)", "--locus", Bundle.main.executablePath ?? "locus"] + arguments + peerOptions
    do {
      try process.run()
    } catch {
      Console.note("locus: cannot run \(python): name a Python with the packages of \(peerScripts)/README.md")
      throw Failure.badInput
    }
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw ExitCode(1) }
  }
}
