import Foundation
import Inputs
import MessagePassing
import Perturbations
import Runs
import Transformer

/// A whole screen, timed: baselines, work queue, units, gathering and file.
public struct ScreenBench {
  /// What one run took.
  public struct Timing: Codable, Sendable {
    /// The number of ranks.
    public let ranks: Int
    /// Seconds by the wall of everything.
    public let seconds: Double
    /// Seconds by the wall of the units, first to last.
    public let unitSeconds: Double
    /// Processor seconds of all ranks' units.
    public let processorSeconds: Double
    /// Processor seconds in matrix products.
    public let productSeconds: Double
    /// Processor seconds in attention.
    public let attentionSeconds: Double
    /// Wall seconds of all ranks that went into the journal.
    public let journalSeconds: Double
    /// Mutations a second of all ranks.
    public let mutationsPerSecond: Double
    /// Bytes of a rank in memory, but for mapped files.
    public let residentBytesPerRank: Int
    /// Operations that the units did.
    public let operationsDone: Double
    /// Operations of all verdicts if nothing is left out.
    public let operationsNeeded: Double
  }

  let screen: PreparedScreen
  let folder: String
  let version: String

  /// Results files go to `folder`, which all hosts share, and are removed.
  public init(screen: PreparedScreen, folder: String, version: String) {
    self.screen = screen
    self.folder = folder
    self.version = version
  }

  /// Screens once with the ranks of `communicator`. Collective.
  public func run(_ communicator: Communicator, memory limit: Int) throws -> Timing {
    let path = String(
      decoding: try communicator.broadcast(
        Array("\(folder)/locus-bench-\(ProcessInfo.processInfo.processIdentifier).h5".utf8), from: 0), as: UTF8.self)
    let output = try OutputFile.open(
      path: path, screen: screen, existing: .init(replacesFile: true, restarts: true), communicator: communicator)
    let node = try communicator.splitByNode()
    let memory = try screen.memoryPlan(limit: limit, node: node, threads: 1)
    try node.free()
    let settings = RunSettings(locusVersion: version, commandLine: "bench", threads: 1)
    try communicator.barrier()
    let begun = ContinuousClock.now
    let summary = try ScreenRun(
      screen: screen, communicator: communicator, output: output, settings: settings, memory: memory,
      measuresParts: true
    )
    .run { _ in }
    let seconds = (ContinuousClock.now - begun).seconds
    try communicator.barrier()
    if communicator.rank == 0 { unlink(path) }
    return Timing(
      ranks: communicator.size, seconds: seconds, unitSeconds: summary.screenSeconds,
      processorSeconds: summary.costs.processorSeconds, productSeconds: summary.costs.productSeconds,
      attentionSeconds: summary.costs.attentionSeconds,
      journalSeconds: summary.costs.journalSeconds,
      mutationsPerSecond: Double(screen.plan.mutationCount) / max(summary.screenSeconds, 1e-9),
      residentBytesPerRank: summary.residentBytes / communicator.size,
      operationsDone: summary.costs.operations.total, operationsNeeded: summary.operationsNeeded.total)
  }

  /// Mutations a second of the naive way: every mutant's continuation of every input, one after another, by the same
  /// engine.
  ///
  /// The unmutated model stands for the mutants: it does the same work. Measures one input, the one of middle length.
  public func naiveMutationsPerSecond() throws -> Double {
    let generation = screen.makeGeneration(threads: 1)
    let byLength = screen.inputs.indices.sorted { screen.inputs[$0].tokens.count < screen.inputs[$1].tokens.count }
    let input = byLength[byLength.count / 2]
    let seconds = MachineSpeed.best(seconds: 0.5) {
      _ = generation.continuation(of: screen.inputs[input].tokens, input: input)
    }
    return 1 / (seconds * Double(screen.inputs.count))
  }
}
