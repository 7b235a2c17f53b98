import Archive
import Basics
import Foundation
import Inputs
import MessagePassing
import Perturbations
import Runs
import Transformer

/// The run over a mutation space: what is there already, baselines, units over ranks, gathering.
public struct ScreenRun {
  let screen: PreparedScreen
  let communicator: Communicator
  let output: OutputFile
  let settings: RunSettings
  private let memory: MemoryPlan
  private let measuresParts: Bool
  /// All units of the plan, or those of a part.
  var units: Range<Int> { output.units }

  /// The run of a screen into `output` with the ranks of `communicator`, each of which takes as much as `memory` says;
  /// where `measuresParts`, products and attention are timed apart.
  public init(
    screen: PreparedScreen, communicator: Communicator, output: OutputFile, settings: RunSettings, memory: MemoryPlan,
    measuresParts: Bool = false
  ) {
    self.screen = screen
    self.communicator = communicator
    self.output = output
    self.settings = settings
    self.memory = memory
    self.measuresParts = measuresParts
  }

  /// Goes on from what the journal holds, screens what is left, and writes the results file, unless it is to stop
  /// before. Collective; `progress` is called on rank 0 only. Throws an `UnusableInput` on all ranks if there cannot be
  /// a screen.
  public func run(progress: (ScreenProgress) -> Void) throws -> Summary {
    // What earlier starts left.
    let run = try open()
    var journal = UnitJournal(try run.begin(stage), screen: screen)
    var account = ScreenAccount(plan: screen.plan, pieces: journal.pieces)
    let unitsBefore = units.count - journal.pieces.remaining.count
    try run.noteStart(piecesBefore: unitsBefore)
    var status = ScreenStatusKeeper(folder: output.journal, start: run.start)
    func report(_ now: ScreenProgress) {
      guard communicator.rank == 0 else { return }
      status.note(now)
      progress(now)
    }

    // The baseline.
    report(account.progress(.baseline, isDone: false))
    let generation = screen.makeGeneration(threads: settings.threads)
    let shared: NodeBaselines
    do {
      shared = try screen.makeBaselines(generation, memory: memory, communicator: communicator)
    } catch let unusable as UnusableInput {
      if communicator.rank == 0 { output.run.giveUp(keepingPieces: unitsBefore > 0) }
      throw unusable
    }

    writeOutline(to: output.journal, baselines: shared)

    // The units that are left.
    var summary = Summary(
      unitCount: units.count, unitsBefore: unitsBefore, droppedByteCount: run.journal.droppedByteCount)
    let started = ContinuousClock.now
    var costs = UnitCosts()
    summary.stopReason = try evaluate(
      &journal, of: run, generation: generation, baselines: shared.baselines, costs: &costs
    ) { report(account.progress($0, at: $1)) }
    summary.screenSeconds = (ContinuousClock.now - started).seconds
    summary.unitsDone = units.count - journal.pieces.remaining.count
    summary.costs = try costs.sum(communicator)

    // The file, if all is there.
    if let reason = summary.stopReason {
      if communicator.rank == 0 {
        status.stopped(reason)
        output.run.setAside()
      }
    } else {
      report(account.progress(.gathering, isDone: true))
      let gathering = ContinuousClock.now
      summary.nonSilentCount = try gather(journal, baselines: shared)
      summary.gatherSeconds = (ContinuousClock.now - gathering).seconds
    }
    summary.mutationCount = screen.plan.positions(of: units).count
    summary.verdictCount = summary.mutationCount * screen.inputs.count
    summary.mutationsEvaluated = account.mutations(ofFirst: summary.unitsDone - unitsBefore)
    summary.operationsNeeded = neededOperations
    summary.residentBytes = Int(try communicator.allReduce([Int64(ResidentMemory.bytes)], .sum)[0])
    try shared.free()
    return summary
  }

  // MARK: Units

  /// The run whose pieces are the screen's units; other bytes than a unit of this length are no records of it.
  private func open() throws -> Run {
    let rowByteCount = screen.emptyTable(rows: 1).byteCount
    return try Run(output: output.run, settings: settings, communicator: communicator) { stage, unit, byteCount in
      stage == 0 && units.contains(unit) && byteCount == screen.plan.units[unit].positions.count * rowByteCount
    }
  }

  /// Evaluates what is left, each unit in the journal as soon as it is finished; returns why it stopped early.
  private func evaluate(
    _ journal: inout UnitJournal, of run: Run, generation: Generation, baselines: [Baseline], costs: inout UnitCosts,
    progress: (WorkQueueLedger, Double) -> Void
  ) throws -> String? {
    guard !journal.pieces.isWhole else { return nil }
    let evaluator = screen.makeEvaluator(generation, baselines: baselines, memory: memory)
    costs.begin(generation, measuringParts: measuresParts)
    let end = try run.evaluate(&journal.pieces, progress: progress) { unit, pause in
      let processorBefore = ProcessorTime.seconds
      let phenotypes = try evaluator.evaluate(screen.plan.units[unit]) { try pause() }
      costs.processorSeconds += ProcessorTime.seconds - processorBefore
      return phenotypes.bytes(rows: 0..<phenotypes.mutationCount)
    }
    costs.journalSeconds = end.journalSeconds
    costs.end(generation)
    return end.stopReason
  }

  // MARK: Gathering

  /// Writes the results file; returns the number of non-silent verdicts.
  private func gather(_ journal: UnitJournal, baselines: NodeBaselines) throws -> Int {
    try communicator.agree { try screen.checkpoint.checkUnchanged() }
    let starts = try communicator.agree { communicator.rank == 0 ? try output.journal.starts() : [] }
    let description = describe(baselines, starts: try shared(starts))
    let gathering = Gathering(
      communicator: communicator, plan: screen.plan, units: units, journal: journal, emptyTable: screen.emptyTable)
    let found = try output.run.filling {
      let writer = try ResultsWriter(
        path: output.run.temporaryPath, communicator: communicator, description: description)
      let found = try gathering.write(to: writer)
      try writer.finish(
        unitSeconds: try communicator.allReduce(found.seconds, .sum),
        unitRanks: try communicator.allReduce(found.ranks.map(Int64.init), .sum).map(Int32.init))
      try communicator.agree {
        guard communicator.rank == 0 else { return }
        try addForecast()
        try ResultsPairs.write(to: output.run.temporaryPath)
      }
      return found
    }
    try communicator.agree { if communicator.rank == 0 { try output.run.publish() } }
    return Int(try communicator.allReduce([Int64(found.nonSilentCount)], .sum)[0])
  }

  /// Adds to the file what is foretold of the mutations that were not screened, where they were chosen so.
  private func addForecast() throws {
    guard let choice = screen.configuration.forecastChoice, let space = screen.plan.space else { return }
    let selection = try ForecastSelection(choice, space: space, seed: screen.configuration.seed)
    _ = try ForecastRemainder.write(
      fates: selection.fates, band: selection.band, from: choice.path, to: output.run.temporaryPath)
  }

  /// What rank 0 read of the starts; every rank must write the same. Collective.
  private func shared(_ starts: [StartRecord]) throws -> [StartRecord] {
    let bytes = try communicator.broadcast(Array(try JSONEncoder().encode(starts)), from: 0)
    return try JSONDecoder().decode([StartRecord].self, from: Data(bytes))
  }

  // MARK: Costs

  /// The units as pieces of a run, with the operations that each is planned to take.
  private var stage: RunStage {
    let cost = cost
    let verdicts = cost.units(
      of: screen.plan, prompts: promptLengths, headShare: screen.configuration.headShare(of: screen.model.shape))
    // What decoding a unit's non-silent mutants takes besides, where it is wanted: it does not depend on the layer.
    let decoding =
      screen.recording.text
      ? promptLengths.reduce(0) { $0 + cost.continuation(prompt: $1) } : 0
    return RunStage(
      pieces: units,
      costs: screen.plan.units[units].map { verdicts[$0.index] + decoding * Double($0.positions.count) })
  }

  private var promptLengths: [Int] { screen.inputs.map(\.positionCount) }

  private var cost: SequenceCost {
    SequenceCost(shape: screen.model.shape, stepCount: screen.configuration.stepCount)
  }

  private var neededOperations: Operations {
    cost.verdicts(of: screen.plan, prompts: promptLengths)[units].reduce(Operations(), +)
  }
}
