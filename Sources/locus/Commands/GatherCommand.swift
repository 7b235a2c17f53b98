import ArgumentParser
import Basics
import Foundation
import MessagePassing
import Runs
import Screen

struct GatherCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather",
    abstract: "Join the parts of a screen into one results file.",
    discussion: """
      Takes the results files of all parts, as an array of jobs writes them with locus screen --part, in any order, \
      and writes the file that an undivided screen would have written. Runs on any number of MPI ranks. The parts stay.

        locus gather results/part-*.h5 --output results/screen.h5

      If the output already holds the finished result of this plan, the command says so and returns 0. Any other file \
      there is an error, unless --force is given.
      """)

  @Argument(help: "The results files of all parts.")
  var parts: [String]

  @Option(name: .shortAndLong, help: "The results file to write.")
  var output: String

  @Flag(help: "Replace whatever file is at the output.")
  var force = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    try Failure.withSession { world in try run(world) }
  }

  private func run(_ world: Communicator) throws {
    let isFirst = world.rank == 0
    let (gathering, claimed) = try Failure.checkingInput {
      let gathering = try PartsGathering.open(paths: parts, communicator: world)
      return (gathering, try gathering.claim(output, replacing: force, communicator: world))
    }
    guard let claimed else {
      if isFirst { try Console.result("\(output) holds the finished result of this plan already; nothing to do.") }
      return
    }
    let began = ContinuousClock.now
    try Failure.endingJob(of: world) {
      try gathering.write(
        to: claimed, created: Date.now.formatted(.iso8601), commandLine: CommandLine.arguments.joined(separator: " "),
        communicator: world)
    }
    guard isFirst else { return }
    try Console.result(
      """
      \(output): \(gathering.mutationCount.grouped) mutations × \(gathering.inputCount) inputs of \
      \(gathering.partCount.grouped) parts, written in \(TimeText.of((ContinuousClock.now - began).seconds))
      """)
  }
}
