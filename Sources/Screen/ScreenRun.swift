import Archive
import CKernels
import Foundation
import LinearAlgebra
import MessagePassing
import Mutagenesis
import Transformer
import Weights

/// The run over a mutation space: baselines, units over ranks, gathering.
public struct ScreenRun {
  /// What the caller knows of the run and the file records.
  public struct Circumstances: Sendable {
    public var locusVersion: String
    public var commandLine: String
    /// Threads of a rank, which share its products.
    public var threads: Int

    /// What a rank may take.
    public var memory: MemoryPlan
    /// Whether the parts of the units are timed.
    public var measuresParts = false

    public init(locusVersion: String, commandLine: String, threads: Int, memory: MemoryPlan) {
      self.locusVersion = locusVersion
      self.commandLine = commandLine
      self.threads = threads
      self.memory = memory
    }
  }

  /// What a finished run took.
  public struct Summary: Sendable {
    /// Wall seconds of evaluating units, first to last, and of writing the file.
    public let screenSeconds: Double
    public let gatherSeconds: Double
    /// Processor seconds of all ranks' units, and those of them in matrix products and in attention, where parts are
    /// measured.
    public let processorSeconds: Double
    public let productSeconds: Double
    public let attentionSeconds: Double
    /// Bytes that all ranks have in memory at the end but for mapped files, memory that they share counted by each.
    public let residentBytes: Int
    /// Of all mutations and inputs, how many are non-silent.
    public let nonSilentCount: Int
    public let verdictCount: Int
    /// Operations that all ranks did in evaluating units, and those of all verdicts if nothing is left out.
    public let operationsDone: Operations
    public let operationsNeeded: Operations
  }

  let screen: PreparedScreen
  let communicator: Communicator
  let output: OutputFile
  let circumstances: Circumstances

  public init(
    screen: PreparedScreen, communicator: Communicator, output: OutputFile, circumstances: Circumstances
  ) {
    self.screen = screen
    self.communicator = communicator
    self.output = output
    self.circumstances = circumstances
  }

  /// Screens and writes the results file. Collective; `progress` is called on rank 0 only.
  public func run(progress: @escaping (ScreenProgress) -> Void) throws -> Summary {
    let report = makeReport(progress)
    report(.baseline, 0)
    let generation = screen.makeGeneration(threads: circumstances.threads)
    let shared = try screen.makeBaselines(generation, memory: circumstances.memory, communicator: communicator)
    let baselines = shared.baselines
    let evaluator = screen.makeEvaluator(generation, baselines: baselines, memory: circumstances.memory)

    let operationsBefore = generation.decoder.operations.done
    let started = ContinuousClock.now
    let decoder = generation.decoder
    if circumstances.measuresParts {
      decoder.workspace.seconds = 0
      decoder.operations.attentionSeconds = 0
    }
    var processorSeconds = 0.0
    let unitCount = screen.plan.units.count
    var finished: [Int: Phenotypes] = [:]
    var seconds = Array(repeating: 0.0, count: unitCount)
    var ranks = Array(repeating: Int64(0), count: unitCount)
    try HandOut(communicator: communicator, unitCount: unitCount).run { index, pause in
      let begun = ContinuousClock.now
      let processorBefore = ProcessorTime.seconds
      defer { processorSeconds += ProcessorTime.seconds - processorBefore }
      finished[index] = try evaluator.evaluate(screen.plan.units[index], pause: pause)
      seconds[index] = (ContinuousClock.now - begun).seconds
      ranks[index] = Int64(communicator.rank)
    } progress: { done in
      report(.screening, done)
    }
    try communicator.barrier()
    let screened = ContinuousClock.now

    report(.gathering, unitCount)
    let writer = try ResultsWriter(
      path: output.temporaryPath, communicator: communicator, description: try describe(baselines))
    let gathering = Gathering(communicator: communicator, plan: screen.plan, emptyTable: screen.emptyTable)
    try gathering.write(finished, to: writer)
    try writer.finish(
      unitSeconds: try communicator.allReduce(seconds, .sum),
      unitRanks: try communicator.allReduce(ranks, .sum).map(Int32.init))
    try communicator.agree { if communicator.rank == 0 { try output.publish() } }
    let parts = try communicator.allReduce(
      [
        processorSeconds, decoder.workspace.seconds ?? 0, decoder.operations.attentionSeconds ?? 0,
        Double(ResidentMemory.bytes),
      ], .sum)
    try shared.free()
    let changed = finished.values.reduce(0) { sum, part in sum + part.firstChange.count { $0 >= 0 } }
    return Summary(
      screenSeconds: (screened - started).seconds, gatherSeconds: (ContinuousClock.now - screened).seconds,
      processorSeconds: parts[0], productSeconds: parts[1], attentionSeconds: parts[2],
      residentBytes: Int(parts[3]),
      nonSilentCount: Int(try communicator.allReduce([Int64(changed)], .sum)[0]),
      verdictCount: screen.plan.mutationCount * screen.inputs.count,
      operationsDone: try sum(generation.decoder.operations.done - operationsBefore),
      operationsNeeded: cost.verdicts(of: screen.plan, prompts: screen.inputs.map(\.tokens.count))
        .reduce(Operations(), +))
  }

  /// Of all ranks. Collective.
  private func sum(_ operations: Operations) throws -> Operations {
    let parts = [operations.blocks, operations.attention, operations.head, operations.corrections]
    let sums = try communicator.allReduce(parts, .sum)
    var total = Operations()
    (total.blocks, total.attention, total.head, total.corrections) = (sums[0], sums[1], sums[2], sums[3])
    return total
  }

  // MARK: Progress

  private var cost: SequenceCost {
    SequenceCost(shape: screen.model.configuration, stepCount: screen.configuration.stepCount)
  }

  /// Operations that the verdicts of each unit need.
  private var verdictOperations: [Double] {
    cost.units(of: screen.plan, prompts: screen.inputs.map(\.tokens.count))
  }

  /// Units are handed out in order, so the work done is that of the first ones.
  private func makeReport(_ progress: @escaping (ScreenProgress) -> Void) -> (ScreenProgress.Phase, Int) -> Void {
    let plan = screen.plan
    let verdicts = verdictOperations
    // What decoding a unit's non-silent mutants takes besides, where it is wanted: it does not depend on the layer.
    let prompts = screen.configuration.recording.text ? screen.inputs.map(\.tokens.count) : []
    let decoding = prompts.reduce(0) { $0 + cost.continuation(prompt: $1) }
    let operations = plan.units.map { verdicts[$0.index] + decoding * Double($0.positions.count) }
    let sums = operations.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    return { phase, done in
      let share = sums[done] / max(sums[plan.units.count], 1)
      progress(
        ScreenProgress(
          phase: phase, unitsDone: done, unitCount: plan.units.count,
          mutationsDone: done > 0 ? plan.units[done - 1].positions.upperBound : 0, mutationCount: plan.mutationCount,
          workDone: share))
    }
  }

  // MARK: Description

  private func describe(_ baselines: [Baseline]) throws -> ScreenDescription {
    let configuration = screen.configuration
    return ScreenDescription(
      inputs: screen.inputs.map {
        ScreenDescription.Input(id: $0.id, task: $0.task, prompt: $0.prompt, tokens: $0.tokens)
      },
      baseline: baselines.map {
        ScreenDescription.Continuation(
          tokens: $0.continuation, text: screen.text(of: $0.continuation, after: $0.prompt), margins: $0.margins)
      },
      mutationCount: screen.plan.mutationCount, unitCount: screen.plan.units.count, stepCount: configuration.stepCount,
      componentCount: configuration.recording.componentCount(hiddenSize: screen.model.configuration.hiddenSize),
      recording: configuration.recording,
      provenance: Provenance(
        locusVersion: circumstances.locusVersion, created: Date.now.formatted(.iso8601),
        configuration: configuration.bytes, commandLine: circumstances.commandLine, modelName: screen.modelName,
        modelSHA256: output.modelSHA256, planSHA256: output.planSHA256,
        rowOrder: screen.model.configuration.rowOrder.rawValue, ranks: communicator.size,
        threads: circumstances.threads, blas: "\(BLAS.description) core \(BLAS.coreName)",
        mpi: Session.libraryVersion, instructionSet: String(cString: locus_instruction_set())))
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
